import { commandOf, type Launch, type LaunchableImage } from "../launch/snippet.ts";

/** How to use an image of Azure: a URN of the marketplace, or an id of ARM. */
export function azureLaunch({ id, region, architecture }: LaunchableImage): Launch {
  const size = architecture === "arm64" ? "Standard_B2pts_v2" : "Standard_B1s";
  const text = commandOf(
    "az vm create --resource-group GROUP --name NAME",
    ["--location", region],
    ["--image", id],
    ["--size", size],
  );
  return { snippets: [{ title: "az command line", text }] };
}
