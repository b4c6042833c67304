import type { AuditedText } from "./audit-text.ts";

/** Larger files hold no configuration that people wrote, and would keep the page from answering. */
const MOST_BYTES = 8_000_000;
const MOST_FILES = 50;

export interface AuditedFiles {
  readonly texts: readonly AuditedText[];
  /** Files that were not read, each with the reason. */
  readonly skipped: readonly string[];
}

/** Reads files as texts; they stay in the browser. */
export async function readFiles(files: readonly File[]): Promise<AuditedFiles> {
  const texts: AuditedText[] = [];
  const skipped: string[] = [];
  for (const file of files.slice(0, MOST_FILES)) {
    if (file.size > MOST_BYTES) {
      skipped.push(`${file.name} (larger than 8 MB)`);
      continue;
    }
    try {
      const text = await file.text();
      if (text.includes("\0")) skipped.push(`${file.name} (not a text)`);
      else texts.push({ file: file.name, text });
    } catch {
      skipped.push(`${file.name} (cannot be read)`);
    }
  }
  if (files.length > MOST_FILES)
    skipped.push(`${files.length - MOST_FILES} further files (at most ${MOST_FILES} at once)`);
  return { texts, skipped };
}
