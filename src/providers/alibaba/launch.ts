import { commandOf, type Launch, type LaunchableImage } from "../launch/snippet.ts";

/** How to use an image of Alibaba Cloud. */
export function alibabaLaunch({ id, region, architecture }: LaunchableImage): Launch {
  const type = architecture === "arm64" ? "ecs.c8y.large" : "ecs.t6-c1m1.large";
  const text = commandOf(
    "aliyun ecs RunInstances",
    ["--RegionId", region],
    ["--ImageId", id],
    ["--InstanceType", type],
    "--VSwitchId VSWITCH --SecurityGroupId GROUP",
  );
  return { snippets: [{ title: "aliyun command line", text }] };
}
