import { commandOf, type Launch, type LaunchableImage, shellWord, textOf } from "../launch/snippet.ts";

/** What `govc library.deploy` makes machines of. */
const DEPLOYED: ReadonlySet<string> = new Set(["ovf", "vm-template"]);

/** How to use an item of a content library: by its library and its name. Nothing where these do not name it, or of other files. */
export function vsphereLaunch({ name, extra }: LaunchableImage): Launch {
  const library = textOf(extra, "library_name");
  if (library === null || `${library}${name}`.includes("/") || !DEPLOYED.has(textOf(extra, "type") ?? ""))
    return { snippets: [] };
  const text = commandOf("govc library.deploy", shellWord(`/${library}/${name}`), "NAME");
  return { snippets: [{ title: "govc command line", text }] };
}
