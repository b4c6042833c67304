import { commandOf, type Launch, type LaunchableImage } from "../launch/snippet.ts";

/** How to use a template of CloudStack, with CloudMonkey. Offerings and zones are the cloud's own: their ids are left to fill in. */
export function cloudstackLaunch({ id }: LaunchableImage): Launch {
  const text = commandOf(
    "cmk deploy virtualmachine name=NAME",
    ["templateid=", id],
    "serviceofferingid=OFFERING zoneid=ZONE",
  );
  return { snippets: [{ title: "cmk command line", text }] };
}
