import { commandOf, type Launch, type LaunchableImage } from "../launch/snippet.ts";

/** How to use an image of Hetzner Cloud; the smallest server of its architecture. */
export function hetznerLaunch({ id, architecture }: LaunchableImage): Launch {
  return {
    snippets: [
      {
        title: "hcloud command line",
        text: commandOf(
          "hcloud server create --name NAME",
          ["--type", architecture === "arm64" ? "cax11" : "cx22"],
          ["--image", id],
        ),
      },
    ],
  };
}
