import { type AuditFinding, judgeImage, judgeLookup, type LookedUpMention } from "../../http/audit/judge-mentions.ts";
import { type FoundId, type ScannedText, scanText } from "../../http/audit/scan-text.ts";
import type { Server } from "../server/server.ts";

/** A text to audit, with the name of its file; null for a pasted text. */
export interface AuditedText {
  readonly file: string | null;
  readonly text: string;
}

/** What `POST /images/lookup` answers about an id. */
export interface LookedUpJson extends LookedUpMention {
  readonly images: readonly (LookedUpMention["images"][number] & {
    readonly backend_ids: readonly string[];
    readonly publisher: string | null;
    readonly region: string | null;
  })[];
}

/** An image or a look-up in a text, and its findings; none if all is well. */
export interface AuditRow {
  readonly file: string | null;
  readonly line: number;
  /** The id, or what looks an image up. */
  readonly what: string;
  /** Undefined for a look-up. */
  readonly answer: LookedUpJson | undefined;
  readonly findings: readonly AuditFinding[];
}

export interface AuditReport {
  /** The worst first. */
  readonly rows: readonly AuditRow[];
  /** Whether there were more ids than the limit. */
  readonly isCut: boolean;
}

/** Ids of one audit. */
export const MOST_IDS = 5_000;
/** Ids of one look-up: as many as the server takes. */
const PART = 1_000;

const LEVELS = ["error", "warning", "note"] as const;

/** The level of a row's worst finding; undefined if all is well. */
export function levelOf({ findings }: AuditRow): (typeof LEVELS)[number] | undefined {
  return LEVELS.find((level) => findings.some((finding) => finding.level === level));
}

/** Finds the ids of texts in the browser and judges them. Only ids are sent to the server. */
export async function auditTexts(server: Server, texts: readonly AuditedText[]): Promise<AuditReport> {
  const ids = new Set<string>();
  let isCut = false;
  const scanned = texts.map(({ file, text }) => {
    const found = scanText(text, MOST_IDS);
    const kept = found.ids.filter(({ id }) => ids.has(id) || ids.size < MOST_IDS).map((one) => (ids.add(one.id), one));
    isCut ||= found.isCut || kept.length < found.ids.length;
    return { file, ids: kept, lookups: found.lookups };
  });
  const answers = await lookUp(server, [...ids]);
  const now = new Date().toISOString();
  const rows = scanned.flatMap((one) => rowsOf(one, answers, now));
  const rank = (row: AuditRow): number =>
    LEVELS.findIndex((level) => level === (levelOf(row) ?? "note")) + (levelOf(row) ? 0 : 1);
  return { rows: rows.toSorted((a, b) => rank(a) - rank(b)), isCut };
}

async function lookUp(server: Server, ids: readonly string[]): Promise<ReadonlyMap<string, LookedUpJson>> {
  const answers = new Map<string, LookedUpJson>();
  for (let at = 0; at < ids.length; at += PART) {
    const part = await server.send<LookedUpJson[]>("POST", "/images/lookup", { ids: ids.slice(at, at + PART) });
    for (const answer of part) answers.set(answer.id, answer);
  }
  return answers;
}

function rowsOf(
  { file, ids, lookups }: Pick<ScannedText, "ids" | "lookups"> & Pick<AuditedText, "file">,
  answers: ReadonlyMap<string, LookedUpJson>,
  now: string,
): AuditRow[] {
  return [
    ...lookups.map((lookup): AuditRow => {
      const { what, line } = lookup;
      return { file, line, what, answer: undefined, findings: [judgeLookup(lookup)] };
    }),
    ...ids.flatMap(({ id, line, isCertain }: FoundId): AuditRow[] => {
      const answer = answers.get(id);
      // An id that may be something else is reported only if it is known.
      if (!answer || (!isCertain && answer.images.length === 0)) return [];
      return [{ file, line, what: id, answer, findings: judgeImage(answer, now) }];
    }),
  ];
}
