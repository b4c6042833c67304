import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { BusyError } from "../../errors.ts";
import { type Catalogue, openCatalogue } from "../../catalogue/file/open-catalogue.ts";
import { guardReplica, readReplica, type ReplicaState } from "../../catalogue/file/replica.ts";
import { createRecord, type Record } from "../record.ts";
import { type Captured, captureChanges, watchChanges } from "./capture-changes.ts";
import { isConflict, isLockTimeout, isOutOfReach, outOfReach, type RecordLink, type Transaction } from "./connect.ts";
import { endFrozenWriters } from "./end-frozen.ts";
import { readPosition } from "./read-record.ts";
import { RECORD_TABLES } from "./record-tables.ts";
import { findCommitted, keysOf, moveState, NewerRecord, Overtaken, type Position, writeRows } from "./write-changes.ts";

/*
 * The record in PostgreSQL. A node's own file works a write out (capture-changes.ts); PostgreSQL takes the rows that it changes if
 * nothing else was committed since the state that the file has, else the node follows and works it out again.
 */

/** What a node needs to write to the record. */
export interface RecordWriter extends Record, AsyncDisposable {}

export interface RecordWriterOptions {
  readonly link: RecordLink;
  /** The node's file, which somebody keeps up with the record. */
  readonly file: string;
  /** The newest format of the record that this release knows. */
  readonly format: number;
  readonly patience?: Partial<WritePatience>;
}

interface WritePatience {
  /** How long PostgreSQL may take to accept a write. */
  readonly writeMs: number;
  /** How long the file may take to follow it. */
  readonly followMs: number;
}

const PATIENCE: WritePatience = { writeMs: 8_000, followMs: 60_000 };
/** A write that was overtaken this often locks out all others for its next try. */
const TRIES_WITHOUT_LOCK = 1;
const LOOK_MS = 4;
const RETRY_AFTER_S = 5;
/** An upgrade takes a while. */
const NEWER_RETRY_S = 60;
/** The last try gets at least this long. */
const LEAST_MS = 500;
/** After a broken connection, PostgreSQL is asked for this long whether the commit arrived. */
const ASK_AGAIN_MS = 2_000;

/** One write at a time; others wait for it. */
export function openRecordWriter(options: RecordWriterOptions): RecordWriter {
  const scratch = openScratch(options.file);
  const patience = { ...PATIENCE, ...options.patience };
  let last: Promise<unknown> = Promise.resolve();
  const record = createRecord((statements) => {
    const mine = last.then(() => writeOnce({ ...options, scratch, patience }, () => statements(scratch)));
    last = mine.catch(() => undefined);
    return mine;
  });
  return {
    ...record,
    async [Symbol.asyncDispose]() {
      await last;
      scratch[Symbol.dispose]();
    },
  };
}

/** A connection on which writes are worked out, and taken back. */
function openScratch(file: string): Catalogue {
  const scratch = openCatalogue(file, { mustExist: true, replica: "own" });
  guardReplica(
    scratch,
    RECORD_TABLES.map(({ name }) => name),
  );
  watchChanges(scratch);
  return scratch;
}

interface Writing extends RecordWriterOptions {
  readonly scratch: Catalogue;
  readonly patience: WritePatience;
}

async function writeOnce<T>(writing: Writing, statements: () => T): Promise<T> {
  const { patience, scratch } = writing;
  const deadline = performance.now() + patience.writeMs;
  for (let tries = 1; ; tries++) {
    const sent: Sent<T> = { token: randomUUID(), answer: undefined };
    try {
      const ms = Math.max(LEAST_MS, deadline - performance.now());
      const { answer, at } = await tryWrite(writing, statements, sent, tries > TRIES_WITHOUT_LOCK, ms);
      if (at) await waitForPosition(scratch, at.position, patience.followMs);
      return answer;
    } catch (error) {
      if (error instanceof NewerRecord) throw new BusyError(error.message, NEWER_RETRY_S, { cause: error });
      if (isOutOfReach(error)) return await answerOfLost(writing, sent, error);
      if (!(error instanceof Overtaken) && !isConflict(error)) throw error;
      if (isLockTimeout(error)) await endFrozenWriters(writing.link).catch(() => undefined);
      if (performance.now() > deadline) throw outOfReach(error);
      // The commit that came first is on its way to this file.
      await delay(LOOK_MS * tries);
    }
  }
}

/** What is sent in one try, and what it is to be told by when the connection breaks. */
interface Sent<T> {
  readonly token: string;
  answer: { readonly value: T } | undefined;
}

/** A connection that broke may have done so after the commit: the feed knows. Who is told "not written" may write again. */
async function answerOfLost<T>(
  { link, scratch, patience }: Writing,
  { token, answer }: Sent<T>,
  cause: unknown,
): Promise<T> {
  if (!answer) throw outOfReach(cause);
  const committed = await link.within(ASK_AGAIN_MS, (client) => findCommitted(client, token)).catch(() => undefined);
  if (committed === undefined) throw outOfReach(cause);
  await waitForPosition(scratch, committed, patience.followMs);
  return answer.value;
}

interface Written<T> {
  readonly answer: T;
  /** Undefined: there was nothing to change. */
  readonly at: Position | undefined;
}

async function tryWrite<T>(
  writing: Writing,
  statements: () => T,
  sent: Sent<T>,
  isLocked: boolean,
  ms: number,
): Promise<Written<T>> {
  const { link, scratch } = writing;
  if (!isLocked) {
    const captured = await capture(scratch, statements);
    if (captured.changes.length > 0) return link.transaction(ms, (sql) => send(sql, writing, captured, sent));
    // Nothing to change here, but the record may be ahead of this file.
    if (captured.isTouched) await assertNewest(link, captured.from);
    return { answer: captured.answer, at: undefined };
  }
  return link.transaction(ms, async (sql) => {
    const [held] = await sql<Position[]>`SELECT position, token FROM state FOR UPDATE`;
    if (held) await waitForPosition(scratch, held.position, LOCKED_MS);
    const captured = await capture(scratch, statements);
    if (captured.changes.length === 0) return { answer: captured.answer, at: undefined };
    return send(sql, writing, captured, sent);
  });
}

/** Throws Overtaken when the record is not where a file is. */
async function assertNewest(link: RecordLink, from: Position): Promise<void> {
  const newest = await readPosition(link);
  if (newest.position !== from.position || newest.token !== from.token) throw new Overtaken("the record has moved on");
}

async function send<T>(
  sql: Transaction,
  { format }: Writing,
  { answer, changes, from }: Captured<T> & { readonly from: Position },
  sent: Sent<T>,
): Promise<Written<T>> {
  sent.answer = { value: answer };
  const entry = { keys: keysOf(changes) };
  // The state comes first, so that whoever waits for it holds no other lock; all is sent together, so that others wait for one round trip.
  const [at] = await Promise.all([
    moveState(sql, { from, token: sent.token, format, kind: "settings", entry }),
    writeRows(sql, changes),
  ]);
  return { answer, at };
}

/** All other writers wait meanwhile. */
const LOCKED_MS = 2_000;

/** Works out what a write changes, and from which state. */
async function capture<T>(scratch: Catalogue, statements: () => T): Promise<Captured<T> & { readonly from: Position }> {
  let from: Position | undefined;
  const captured = await captureChanges(scratch, () => {
    from = stateOf(scratch);
    return statements();
  });
  return { ...captured, from: from ?? stateOf(scratch) };
}

function stateOf(catalogue: Catalogue): ReplicaState {
  const state = readReplica(catalogue);
  if (!state) throw new Error(`${catalogue.file} follows no record`);
  return state;
}

/** Resolves when a node's file has all that the record has now. */
export async function catchUp(link: RecordLink, catalogue: Catalogue, ms: number): Promise<void> {
  try {
    const { position } = await readPosition(link);
    await waitForPosition(catalogue, position, ms);
  } catch (error) {
    throw isOutOfReach(error) ? outOfReach(error) : error;
  }
}

/** Resolves when a node's file is at least as new as a position. Rejects with BusyError when that takes too long. */
export async function waitForPosition(catalogue: Catalogue, position: number, ms: number): Promise<void> {
  const deadline = performance.now() + ms;
  while (stateOf(catalogue).position < position) {
    if (performance.now() > deadline)
      throw new BusyError("this node has not yet followed the record that far; try again", RETRY_AFTER_S);
    await delay(LOOK_MS);
  }
}
