import { randomUUID } from "node:crypto";
import { closeSync, openSync, readSync, unlinkSync, writeSync } from "node:fs";
import { join } from "node:path";
import type { ImageColumns } from "../facts/columns-of.ts";
import { SEARCHED_COLUMNS } from "../facts/searched-texts.ts";
import { standingOf } from "../facts/standing.ts";
import { variantOf } from "../facts/variant.ts";
import { type IndexedRow, timeOf } from "./indexed-image.ts";

/*
 * What the index takes of the rows of a first listing, in a file beside SQLite's: all threads can read it while one of them writes the
 * rows in a transaction that the others see nothing of. The file has no name, so nothing is left of it however the process ends.
 */

/** Rows that are spooled. A row is known by its number in `temp.staged`. */
export interface SpooledRows {
  readonly file: number;
  /** Of each row: where it is in the file, and how long it is, in bytes. */
  readonly starts: readonly number[];
  readonly lengths: readonly number[];
  /** Its standing while it is offered, as the newest build of its family, and as another one; see standingOf. */
  readonly newest: readonly number[];
  readonly others: readonly number[];
  /** When it was made, in milliseconds; null when unknown. */
  readonly created: readonly (number | null)[];
}

export interface RowSpool extends Disposable {
  add(staged: number, columns: ImageColumns): void;
  /** All rows that were added; undefined where one could not be kept. Nothing can be added any more. */
  finish(): SpooledRows | undefined;
}

/** What is written at once, in bytes. A row is much smaller: its texts are bounded. */
const BUFFER_BYTES = 1024 * 1024;
/** UTF-8 has up to three bytes for a UTF-16 unit. */
const BYTES_OF_UNIT = 3;

/** `folder`: has room for the rows, as it has for the catalogue. `onLost` hears why rows could not be kept: only time is lost. */
export function createRowSpool(folder: string, onLost: (error: unknown) => void): RowSpool {
  const [starts, lengths, created]: [number[], number[], (number | null)[]] = [[], [], []];
  const [newest, others]: [number[], number[]] = [[], []];
  // Most syncs spool nothing.
  let buffer: Buffer | undefined;
  let file: number | undefined;
  let [used, written] = [0, 0];
  let isLost = false;
  const flush = (): void => {
    file ??= openNameless(folder);
    for (let from = 0; buffer && from < used;) from += writeSync(file, buffer, from, used - from, written + from);
    written += used;
    used = 0;
  };
  const put = (staged: number, columns: ImageColumns): void => {
    const text = JSON.stringify(SPOOLED.map(({ column }) => asStored(columns[column])));
    const most = text.length * BYTES_OF_UNIT;
    if (most > BUFFER_BYTES) throw new Error(`a row has ${text.length} characters`);
    if (used + most > BUFFER_BYTES) flush();
    buffer ??= Buffer.allocUnsafe(BUFFER_BYTES);
    starts[staged] = written + used;
    lengths[staged] = buffer.write(text, used);
    used += lengths[staged]!;
    const { trust, name, publisher, owner_id: ownerId } = columns;
    const offered = { trust, isOffered: true, variant: variantOf({ trust, name, publisher, ownerId }) };
    newest[staged] = standingOf({ ...offered, latest: true });
    others[staged] = standingOf({ ...offered, latest: false });
    created[staged] = timeOf(columns.created_at);
  };
  const orLost = (work: () => void): void => {
    if (isLost) return;
    try {
      work();
    } catch (error) {
      isLost = true;
      onLost(error);
    }
  };
  return {
    add: (staged, columns) => orLost(() => put(staged, columns)),
    finish() {
      orLost(flush);
      return isLost || file === undefined ? undefined : { file, starts, lengths, newest, others, created };
    },
    [Symbol.dispose]() {
      if (file !== undefined) closeSync(file);
    },
  };
}

/** A text as SQLite gives it back: half a character is none. */
function asStored<T>(value: T): T | string {
  return typeof value === "string" ? value.toWellFormed() : value;
}

function openNameless(folder: string): number {
  const path = join(folder, `.rows-${randomUUID()}`);
  const file = openSync(path, "wx+", 0o600);
  unlinkSync(path);
  return file;
}

/** Properties that are the same in every listing; those of families are known when all of it is there. */
type SpooledRow = Omit<IndexedRow, "row" | "latest">;

const SPOOLED = [
  ...SEARCHED_COLUMNS,
  { property: "createdAt", column: "created_at", isFlag: false },
  { property: "deprecatedAt", column: "deprecated_at", isFlag: false },
  { property: "line", column: "line", isFlag: false },
].flatMap((each) => (isSpooled(each.column) ? [{ ...each, column: each.column }] : []));

/** All columns of images that rows are derived into but `latest`. */
function isSpooled(column: string): column is keyof ImageColumns {
  return column !== "latest";
}

/** Reads rows of a spool, from any thread of the process that has it. */
export function openSpoolReader(file: number): (start: number, length: number) => SpooledRow {
  let buffer = Buffer.allocUnsafe(1 << 16);
  return (start, length) => {
    if (buffer.length < length) buffer = Buffer.allocUnsafe(2 * length);
    if (readSync(file, buffer, 0, length, start) !== length) throw new Error("a spooled row is cut off");
    const values: unknown[] = JSON.parse(buffer.toString("utf8", 0, length));
    const row: Record<string, unknown> = {};
    for (let at = 0; at < SPOOLED.length; at++) {
      const { property, isFlag } = SPOOLED[at]!;
      row[property] = isFlag ? (values[at] ? "true" : "false") : values[at];
    }
    return row as unknown as SpooledRow;
  };
}
