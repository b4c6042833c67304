import { visibleJson, visibleText } from "../../visible-text.ts";

/** Something to copy and use elsewhere. */
export interface Snippet {
  readonly title: string;
  readonly text: string;
}

/** What a cloud's snippets are made of. */
export interface LaunchableImage {
  readonly id: string;
  readonly name: string;
  /** The canonical one: `x86_64`, `arm64`, `x86`. */
  readonly architecture: string | null;
  readonly ownerId: string | null;
  readonly os: string | null;
  /** The region or zone of its backend. */
  readonly region: string | null;
  /** Where its backend is, if that is not where everybody's is. */
  readonly apiurl: string | null;
  readonly isDeprecated: boolean;
  /** A pattern with `*` that finds builds of its family and, by all that the catalogue knows, nothing else; null without one. */
  readonly familyPattern: string | null;
  /** What the cloud says. */
  readonly extra: Readonly<Record<string, unknown>>;
}

/** How to use an image in its cloud. */
export interface Launch {
  readonly snippets: readonly Snippet[];
  /** The page of the cloud's own console that starts a machine from it. */
  readonly console?: string | undefined;
}

/** Of one kind of cloud. */
export type LaunchOf = (image: LaunchableImage) => Launch;

/**
 * A cloud may say anything: what is pasted into a shell must stay one word. It is typed there, too, so that an escape
 * sequence could end the pasting and a line feed the command.
 */
export function shellWord(text: string): string {
  const shown = visibleText(text);
  return /^[\w.:/=-]+$/.test(shown) ? shown : `'${shown.replaceAll("'", "'\\''")}'`;
}

/** A command of words; those that are given as null are left out with their option: `["--region", null]`. */
export function commandOf(name: string, ...options: readonly (string | readonly [string, string | null])[]): string {
  const words = options.flatMap((option) => {
    if (typeof option === "string") return [option];
    const [flag, value] = option;
    if (value === null) return [];
    return [flag.endsWith("=") ? `${flag}${shellWord(value)}` : `${flag} ${shellWord(value)}`];
  });
  return [name, ...words].join(" ");
}

/** A text of Terraform or Packer: JSON's escapes are theirs too, but for their templates. */
export function hclText(text: string): string {
  return visibleJson(JSON.stringify(text)).replace(/[$%](?=\{)/g, "$&$&");
}

/** A text of YAML: in double quotes JSON's escapes are its own. */
export function yamlText(text: string): string {
  return visibleJson(JSON.stringify(text));
}

/** A text of `extra`, or null. */
export function textOf(extra: LaunchableImage["extra"], name: string): string | null {
  const value = extra[name];
  return typeof value === "string" && value !== "" ? value : null;
}
