import { readFileSync } from "node:fs";
import { join } from "node:path";
import { PACKAGE_FOLDER } from "../../package-folder.ts";

const FOLDER = join(PACKAGE_FOLDER, "docs");

/** The pages of docs/, in the order in which people read them. */
export const GUIDES = [
  "clouds",
  "api",
  "cli",
  "page",
  "security",
  "configuration",
  "sql",
  "recipes",
  "running",
  "past-one-machine",
  "design",
  "architecture",
] as const;

/** A page to read, as it is written. */
export interface Guide {
  readonly name: string;
  readonly title: string;
  readonly markdown: string;
}

export function readGuides(): Guide[] {
  return GUIDES.map((name) => {
    const markdown = readFileSync(join(FOLDER, `${name}.md`), "utf8");
    return { name, title: /^# (.*)$/m.exec(markdown)?.[1] ?? name, markdown };
  });
}
