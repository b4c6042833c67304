import { commandOf, type Launch, type LaunchableImage } from "../launch/snippet.ts";

/** By the beginning or the form of an id. Snapshots and ISO files have UUIDs. */
const APP = /^app\/(.+)$/;

/** How to use an image of Vultr: each kind has an option of its own. */
export function vultrLaunch({ id, extra }: LaunchableImage): Launch {
  const app = APP.exec(id)?.[1];
  const kind = extra["image_type"];
  const option = app !== undefined ? "--app" : kind === "snapshot" ? "--snapshot" : /^\d+$/.test(id) ? "--os" : "--iso";
  const text = commandOf("vultr-cli instance create --region REGION --plan vc2-1c-1gb", [option, app ?? id]);
  return { snippets: [{ title: "vultr-cli command line", text }] };
}
