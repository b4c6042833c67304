import { commandOf, type Launch, type LaunchableImage, shellWord, textOf } from "../launch/snippet.ts";

/**
 * How to use what a stream lists: images of Incus and LXD by their fingerprint, from the stream's server; those of EC2 by their
 * id. Other files have no launcher of their own.
 */
export function simplestreamsLaunch({ id, apiurl, extra }: LaunchableImage): Launch {
  if (/^ami-[0-9a-f]+$/.test(id)) {
    const region = textOf(extra, "region");
    const text = commandOf("aws ec2 run-instances", ["--region", region], ["--image-id", id], "--instance-type TYPE");
    return { snippets: [{ title: "AWS command line", text }] };
  }
  if (apiurl === null || textOf(extra, "fingerprint") !== id) return { snippets: [] };
  const from = ["incus", "lxc"].map((tool) => ({
    title: `${tool} command line`,
    text: commandOf(
      `${tool} remote add stream`,
      shellWord(apiurl),
      `--protocol=simplestreams && ${tool} launch`,
      shellWord(`stream:${id}`),
      "NAME",
    ),
  }));
  return { snippets: from };
}
