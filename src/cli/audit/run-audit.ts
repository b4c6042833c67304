import { CommandError } from "../../errors.ts";
import type { AuditLevel } from "../../http/audit/audit-rules.ts";
import { type AuditFinding, judgeImage, judgeLookup } from "../../http/audit/judge-mentions.ts";
import type { TextPlace } from "../../http/audit/locate.ts";
import { type FoundId, type FoundLookup, scanText } from "../../http/audit/scan-text.ts";
import type { LookedUp } from "../../http/resources/lookup.ts";
import type { LookUp } from "../server/look-up.ts";
import { readText } from "./read-text.ts";

/** All that an audit found, in the order of the files. */
export interface Audit {
  readonly files: number;
  readonly rows: readonly AuditedMention[];
  readonly skipped: readonly SkippedFile[];
}

/** An image or a look-up in a file, and its findings; none if all is well. */
export interface AuditedMention extends TextPlace {
  readonly file: string;
  /** The id, or what looks an image up. */
  readonly what: string;
  readonly answer: LookedUp | undefined;
  readonly findings: readonly AuditFinding[];
}

export interface SkippedFile {
  readonly file: string;
  readonly reason: string;
  /** Whether it should have been read. */
  readonly isFailure: boolean;
}

/** No configuration that people wrote has more ids. The answers about all of them are held until they are printed. */
const MOST_IDS = 20_000;

/** Reads the files one by one, looks their ids up, and judges them. `now` is ISO 8601. */
export async function runAudit(files: AsyncIterable<string>, lookUp: LookUp, now: string): Promise<Audit> {
  const scanned: { file: string; ids: readonly FoundId[]; lookups: readonly FoundLookup[] }[] = [];
  const skipped: SkippedFile[] = [];
  const ids = new Set<string>();
  let count = 0;
  for await (const file of files) {
    count++;
    const read = await readText(file);
    if ("skipped" in read) {
      skipped.push({ file, reason: read.skipped, isFailure: read.isFailure });
      continue;
    }
    const found = scanText(read.text, MOST_IDS);
    for (const { id } of found.ids) ids.add(id);
    if (found.isCut || ids.size > MOST_IDS) throw new CommandError(`more than ${MOST_IDS} ids; give fewer files`);
    if (found.ids.length > 0 || found.lookups.length > 0) scanned.push({ file, ...found });
  }
  const answers = new Map((await lookUp([...ids])).map((answer) => [answer.id, answer]));
  const rows = scanned.flatMap(({ file, ...found }) => [
    ...found.lookups.map((lookup): AuditedMention => ofLookup(file, lookup)),
    ...found.ids.flatMap((id) => ofId(file, id, answers.get(id.id), now)),
  ]);
  return { files: count, rows, skipped };
}

function ofLookup(file: string, lookup: FoundLookup): AuditedMention {
  const { what, line, column } = lookup;
  return { file, line, column, what, answer: undefined, findings: [judgeLookup(lookup)] };
}

/** The finding of an id. An id that may be something else counts only if it is known. */
function ofId(
  file: string,
  { id, isCertain, line, column }: FoundId,
  answer: LookedUp | undefined,
  now: string,
): AuditedMention[] {
  if (!answer || (!isCertain && answer.images.length === 0)) return [];
  return [{ file, line, column, what: id, answer, findings: judgeImage(answer, now) }];
}

const LEVELS: readonly AuditLevel[] = ["error", "warning", "note"];

/** The worst of some findings; undefined where there is none. */
export function worstOf(findings: readonly AuditFinding[]): AuditLevel | undefined {
  return LEVELS.find((level) => findings.some((one) => one.level === level));
}
