import { commandOf, hclText, type Launch, type LaunchableImage } from "../launch/snippet.ts";

/** How to use an image of Glance. Flavors are the cloud's own: their names are left to fill in. */
export function openstackLaunch({ id, region }: LaunchableImage): Launch {
  const server = [
    `resource "openstack_compute_instance_v2" "server" {`,
    `  name        = "NAME"`,
    `  image_id    = ${hclText(id)}`,
    `  flavor_name = "FLAVOR"`,
    "}",
  ];
  return {
    snippets: [
      {
        title: "OpenStack command line",
        text: commandOf(
          "openstack",
          ["--os-region-name", region],
          "server create",
          ["--image", id],
          "--flavor FLAVOR NAME",
        ),
      },
      { title: "Terraform resource", text: server.join("\n") },
    ],
  };
}
