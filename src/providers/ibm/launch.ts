import { commandOf, type Launch, type LaunchableImage } from "../launch/snippet.ts";

/** How to use an image of IBM Cloud VPC; images for mainframes have machines of their own. */
export function ibmLaunch({ id, architecture }: LaunchableImage): Launch {
  return {
    snippets: [
      {
        title: "ibmcloud command line",
        text: commandOf(
          "ibmcloud is instance-create NAME VPC ZONE",
          architecture === "s390x" ? "bz2-2x8" : "bx2-2x8",
          "SUBNET",
          ["--image", id],
        ),
      },
    ],
  };
}
