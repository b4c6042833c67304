import { commandOf, type Launch, type LaunchableImage, shellWord } from "../launch/snippet.ts";

/** How to use a repository of Docker Hub. */
export function dockerhubLaunch({ id }: LaunchableImage): Launch {
  return { snippets: [{ title: "docker command line", text: commandOf("docker run --rm -it", shellWord(id)) }] };
}
