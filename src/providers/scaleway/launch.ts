import { commandOf, type Launch, type LaunchableImage } from "../launch/snippet.ts";

/** How to use an image of Scaleway; its zone is the region of its backend. */
export function scalewayLaunch({ id, region, architecture }: LaunchableImage): Launch {
  const type = architecture === "arm64" ? "COPARM1-2C-8G" : "DEV1-S";
  const text = commandOf("scw instance server create name=NAME", ["type=", type], ["image=", id], ["zone=", region]);
  return { snippets: [{ title: "scw command line", text }] };
}
