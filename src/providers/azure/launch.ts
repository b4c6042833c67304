import { commandOf, type Launch, type LaunchableImage } from "../launch/snippet.ts";

/** How to use an image of Azure: a URN of the marketplace, or an id of ARM. */
export function azureLaunch({ id, region, architecture, apiurl }: LaunchableImage): Launch {
  const size = architecture === "arm64" ? "Standard_B2pts_v2" : "Standard_B1s";
  const text = commandOf(
    "az vm create --resource-group GROUP --name NAME",
    ["--location", region],
    ["--image", id],
    ["--size", size],
  );
  return { snippets: [{ title: "az command line", text }], console: apiurl === null ? consoleOf(id) : undefined };
}

/** In the portal: the plan of the marketplace, of which it takes the newest version, or the image as it is stored. */
function consoleOf(id: string): string | undefined {
  const [, publisher, offer, sku] = /^([\w.-]+):([\w.-]+):([\w.-]+):[\w.-]+$/.exec(id) ?? [];
  if (publisher && offer && sku) return `https://portal.azure.com/#create/${publisher}.${offer}${sku}`;
  return /^\/subscriptions(?:\/[\w.-]+)+$/i.test(id) ? `https://portal.azure.com/#@/resource${id}/overview` : undefined;
}
