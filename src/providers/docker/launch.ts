import { commandOf, type Launch, type LaunchableImage, shellWord } from "../launch/snippet.ts";

/** How to use an image of a Docker engine, by its tag or digest. */
export function dockerLaunch({ id }: LaunchableImage): Launch {
  return { snippets: [{ title: "docker command line", text: commandOf("docker run --rm -it", shellWord(id)) }] };
}
