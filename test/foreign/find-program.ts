import { existsSync } from "node:fs";
import { delimiter, isAbsolute, join } from "node:path";
import { type ProgramName, PROGRAMS } from "./programs.ts";

/** The path of an installed program; undefined when there is none. */
export function findProgram(program: ProgramName): string | undefined {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  return PROGRAMS[program].names
    .flatMap((name) => (isAbsolute(name) ? [name] : folders.map((folder) => join(folder, name))))
    .find(existsSync);
}
