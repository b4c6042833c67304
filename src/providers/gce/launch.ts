import { commandOf, hclText, type Launch, type LaunchableImage } from "../launch/snippet.ts";

const NAME = /^[a-z][-a-z0-9]*$/;
const PROJECT = /^[a-z][-a-z0-9.:]*$/;

/** How to use an image of Compute Engine, which is named by its project and its name. */
export function gceLaunch({ name, ownerId: project, architecture }: LaunchableImage): Launch {
  if (project === null) return { snippets: [] };
  const machine = architecture === "arm64" ? "t2a-standard-1" : "e2-micro";
  const data = [
    `data "google_compute_image" "image" {`,
    `  project = ${hclText(project)}`,
    `  name    = ${hclText(name)}`,
    "}",
  ];
  const isSafe = NAME.test(name) && PROJECT.test(project);
  return {
    snippets: [
      {
        title: "gcloud command line",
        text: commandOf(
          "gcloud compute instances create NAME",
          ["--image=", name],
          ["--image-project=", project],
          ["--machine-type=", machine],
        ),
      },
      { title: "Terraform data source", text: data.join("\n") },
    ],
    console: isSafe
      ? `https://console.cloud.google.com/compute/imagesDetail/projects/${project}/global/images/${name}`
      : undefined,
  };
}
