import { relative } from "node:path";
import { readDocuments } from "./generated-tables.ts";

/** A fenced block of a document. */
export interface CodeBlock {
  /** `docs/api.md:12` */
  readonly place: string;
  readonly language: string;
  readonly text: string;
}

/** Why a block of commands is not run: its first line says so. */
const NOT_RUN = /^# not run: (.+)\n/;
/** What its last command ends with, where that is no success: an exit code, or an HTTP status. */
const ANSWERS = /^# answers (\d+)\n/;

/** Commands of a block, with what comes of them. */
export interface Commands {
  readonly notRun: string | undefined;
  readonly answers: number | undefined;
  /** One a line, continued lines joined; without comments. */
  readonly lines: readonly string[];
}

export function readBlocks(): CodeBlock[] {
  return readDocuments().flatMap(({ file, text }) =>
    [...text.matchAll(/^```(\w*)\n([^]*?)^```$/gm)].map((found) => {
      const line = text.slice(0, found.index).split("\n").length;
      return {
        place: `${relative(process.cwd(), file)}:${line}`,
        language: found[1] ?? "",
        text: found[2] ?? "",
      };
    }),
  );
}

export function readCommands(text: string): Commands {
  const joined = text.replaceAll(/\\\n\s*/g, "");
  return {
    notRun: NOT_RUN.exec(text)?.[1],
    answers: ANSWERS.exec(text) ? Number(ANSWERS.exec(text)?.[1]) : undefined,
    lines: joined.split("\n").filter((line) => line.trim() !== "" && !line.startsWith("#")),
  };
}
