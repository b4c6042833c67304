import { commandOf, type Launch, type LaunchableImage, shellWord } from "../launch/snippet.ts";

/** How to use an image of a registry, at the registry of its backend. */
export function ociLaunch({ id, apiurl }: LaunchableImage): Launch {
  const registry = apiurl !== null && URL.canParse(apiurl) ? new URL(apiurl).host : null;
  if (registry === null) return { snippets: [] };
  return {
    snippets: [{ title: "docker command line", text: commandOf("docker pull", shellWord(`${registry}/${id}`)) }],
  };
}
