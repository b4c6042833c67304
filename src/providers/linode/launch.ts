import { commandOf, type Launch, type LaunchableImage } from "../launch/snippet.ts";

/** How to use an image of Linode. */
export function linodeLaunch({ id }: LaunchableImage): Launch {
  return {
    snippets: [
      {
        title: "linode-cli command line",
        text: commandOf("linode-cli linodes create --label NAME --type g6-nanode-1 --region REGION", ["--image", id]),
      },
    ],
  };
}
