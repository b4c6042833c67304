import { commandOf, type Launch, type LaunchableImage } from "../launch/snippet.ts";

/** How to use an image of DigitalOcean. */
export function digitaloceanLaunch({ id }: LaunchableImage): Launch {
  return {
    snippets: [
      {
        title: "doctl command line",
        text: commandOf("doctl compute droplet create NAME --size s-1vcpu-1gb --region REGION", ["--image", id]),
      },
    ],
    console: /^[\w-]+$/.test(id) ? `https://cloud.digitalocean.com/droplets/new?image=${id}` : undefined,
  };
}
