import { commandOf, type Launch, type LaunchableImage, shellWord } from "../launch/snippet.ts";

/** How to use an image of an Incus server: by its fingerprint, in its project. */
export function incusLaunch({ id }: LaunchableImage): Launch {
  const at = id.lastIndexOf("/");
  const project = at < 0 ? null : id.slice(0, at);
  const text = commandOf("incus launch", ["--project", project], shellWord(id.slice(at + 1)), "NAME");
  return { snippets: [{ title: "incus command line", text }] };
}
