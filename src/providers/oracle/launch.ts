import { commandOf, type Launch, type LaunchableImage } from "../launch/snippet.ts";

/** How to use an image of Oracle Cloud. */
export function oracleLaunch({ id, region, architecture }: LaunchableImage): Launch {
  const shape = architecture === "arm64" ? "VM.Standard.A1.Flex" : "VM.Standard.E4.Flex";
  const text = commandOf(
    "oci compute instance launch",
    ["--region", region],
    ["--image-id", id],
    ["--shape", shape],
    ["--shape-config", '{"ocpus":1,"memoryInGBs":6}'],
    "--compartment-id COMPARTMENT --availability-domain DOMAIN --subnet-id SUBNET",
  );
  return { snippets: [{ title: "oci command line", text }] };
}
