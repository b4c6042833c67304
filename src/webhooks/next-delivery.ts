import { setImmediate as nextTurn } from "node:timers/promises";
import { type Backend, getBackend } from "../record/backends.ts";
import { newestChange } from "../record/journal.ts";
import type { Catalogue } from "../catalogue/file/open-catalogue.ts";
import { type ChangeRow, readChanges } from "../catalogue/read/read-changes.ts";
import { runsWithIds } from "../record/runs.ts";
import { sourcesOf } from "../record/sources.ts";
import type { NewDelivery } from "../record/webhook-deliveries.ts";
import type { Webhook } from "../record/webhooks.ts";
import { changeMatcher } from "../search/find/find-changes.ts";
import { shownChange } from "../search/answer/shown-change.ts";
import { createMessageId, writeMessage } from "./message.ts";
import { readSavedSearch } from "./saved-search.ts";

/** The most changes in one delivery; further changes of the run come with the next one. */
const MOST_CHANGES = 1000;
/** A delivery ends before the change that would make its changes longer than this, but has at least one. */
const MOST_CHARACTERS = 1_000_000;
/** Rows that are looked at in one turn: some milliseconds. */
const CHUNK = 100;

/** How far the journal was read for a webhook, and what is to be sent of that. */
export interface NextDelivery {
  readonly cursor: number;
  /** Undefined when nothing matched up to the journal's end. */
  readonly delivery: NewDelivery | undefined;
}

/**
 * Reads the journal from a webhook's cursor on, oldest first, until one delivery is full: changes of one run, as many as fit.
 * Writes nothing. Lets other requests run in between.
 */
export async function findNextDelivery(catalogue: Catalogue, webhook: Webhook, now: string): Promise<NextDelivery> {
  const { query, kinds } = readSavedSearch(webhook);
  const sourceIds = sourcesOf(catalogue, webhook.backendId).map(({ id }) => id);
  const matches = changeMatcher({ query, kinds, now }, { catalogue, sourceIds });
  // Read first: what is committed while we look comes after it, and is left to the next look.
  const head = newestChange(catalogue);
  const batch = createBatch();
  for (let cursor = webhook.cursor; ;) {
    const range = { sourceIds, after: cursor, since: "", before: head + 1 };
    const rows = readChanges(catalogue, range, CHUNK, "oldest");
    for (const row of rows) {
      if (matches(row) && !batch.add(row)) return nextOf(catalogue, webhook, batch, { cursor, now });
      cursor = row.changeId;
    }
    if (rows.length < CHUNK) return nextOf(catalogue, webhook, batch, { cursor: Math.max(head, cursor), now });
    await nextTurn();
  }
}

interface Batch {
  readonly first: () => ChangeRow | undefined;
  readonly changes: readonly string[];
  /** False, without adding the change, if it belongs in another delivery. */
  add(row: ChangeRow): boolean;
}

function createBatch(): Batch {
  const changes: string[] = [];
  let first: ChangeRow | undefined;
  let characters = 0;
  return {
    first: () => first,
    changes,
    add(row) {
      const json = JSON.stringify(shownChange(row));
      const isFull = changes.length >= MOST_CHANGES || characters + json.length > MOST_CHARACTERS;
      if (first && (first.runId !== row.runId || isFull)) return false;
      first ??= row;
      characters += json.length;
      changes.push(json);
      return true;
    },
  };
}

function nextOf(
  catalogue: Catalogue,
  webhook: Webhook,
  { first, changes }: Batch,
  { cursor, now }: { readonly cursor: number; readonly now: string },
): NextDelivery {
  const change = first();
  if (!change) return { cursor, delivery: undefined };
  const backend: Backend = getBackend(catalogue, webhook.backendId);
  const [run] = runsWithIds(catalogue, [change.runId]);
  return {
    cursor,
    delivery: {
      messageId: createMessageId(),
      runId: change.runId,
      afterChange: webhook.cursor,
      untilChange: cursor,
      changes: changes.length,
      body: writeMessage({ type: "images.changed", at: change.at, webhook, backend, run, changes }),
      createdAt: now,
    },
  };
}
