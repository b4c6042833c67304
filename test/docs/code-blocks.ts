import { relative } from "node:path";
import { readDocuments } from "./generated-tables.ts";

/** A fenced block of a document. */
export interface CodeBlock {
  /** `docs/api.md:12` */
  readonly place: string;
  readonly language: string;
  readonly text: string;
  /** Why its commands are not run, where a comment above the block says so. */
  readonly notRun: string | undefined;
  /** What they end with, where that is no success: an exit code, or an HTTP status. */
  readonly answers: number | undefined;
}

const BLOCK = /(?:<!-- (not run|answers): ?(.+) -->\n\n)?^```(\w*)\n([^]*?)^```$/gm;

export function readBlocks(): CodeBlock[] {
  return readDocuments().flatMap(({ file, text }) =>
    [...text.matchAll(BLOCK)].map(({ 0: whole, 1: mark, 2: said, 3: language = "", 4: block = "", index }) => ({
      place: `${relative(process.cwd(), file)}:${text.slice(0, index + whole.indexOf("```")).split("\n").length}`,
      language,
      text: block,
      notRun: mark === "not run" ? said : undefined,
      answers: mark === "answers" ? Number(said) : undefined,
    })),
  );
}

export function linesOf(text: string): string[] {
  return text
    .replaceAll(/\\\n\s*/g, "")
    .split("\n")
    .filter((line) => line.trim() !== "" && !line.startsWith("#"));
}
