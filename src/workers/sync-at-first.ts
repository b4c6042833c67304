import { setTimeout as delay } from "node:timers/promises";
import { getBackend } from "../record/backends.ts";
import { runsWithIds } from "../record/runs.ts";
import type { Catalogue } from "../catalogue/file/open-catalogue.ts";
import { createListeners, type SyncListeners } from "../sync/sync-listeners.ts";
import type { SyncService } from "../sync/sync-service.ts";
import type { SyncProgress } from "../sync/sync-source-options.ts";
import type { Crew } from "./crew.ts";
import type { Channel, Topic } from "./channel.ts";
import { FIND_TERM, FIRST_LOST, START_SYNC, SYNC_NEWS, TIDY, TO_FIRST, TO_OTHERS } from "./topics.ts";

/** Lets the other workers start syncs in this one, and tells them how syncs go on. */
export function answerSyncs({ channel }: Pick<Crew, "channel">, catalogue: Catalogue, sync: SyncService): void {
  channel.answer(START_SYNC, async ({ backend, kind, acceptShrink, only }) => {
    const chosen = only === null ? {} : { only: only.map((id) => ({ id })) };
    const { runs, isNew } = await sync.start(getBackend(catalogue, backend), { kind, acceptShrink, ...chosen });
    return { runs: runs.map(({ id }) => id), isNew };
  });
  channel.answer(FIND_TERM, async ({ sourceId, term }) => (await sync.find({ id: sourceId }, term)) ?? null);
  channel.answer(TIDY, () => {
    sync.prune();
    return null;
  });
  sync.onChange((event) => channel.tell(TO_OTHERS, { name: SYNC_NEWS.name, text: JSON.stringify(event) }));
}

/** The syncs of the first worker, for another one. While there is none, `start` and `find` reject with BusyError. */
export function createSyncAtFirst({ channel }: Pick<Crew, "channel">, catalogue: Catalogue): SyncService {
  const heard = createNews(channel);
  return {
    isOff: false,
    async start({ id }, { kind = "full", acceptShrink = false, only } = {}) {
      const wanted = { backend: id, kind, acceptShrink, only: only?.map((source) => source.id) ?? null };
      const { runs, isNew } = await askFirst(channel, START_SYNC, wanted);
      return { runs: runsWithIds(catalogue, runs).toReversed(), isNew };
    },
    find: async ({ id: sourceId }, term) => (await askFirst(channel, FIND_TERM, { sourceId, term })) ?? undefined,
    progress: (sourceId) => [...heard.running.values()].find((progress) => progress.sourceId === sourceId),
    async finished(runId) {
      let isTold = false;
      const ended = Promise.withResolvers<void>();
      using _listening = heard.add((event) => {
        if (!("outcome" in event) || event.runId !== runId) return;
        isTold = true;
        ended.resolve();
      });
      while (!isTold && isUnderWay(catalogue, runId))
        await Promise.race([ended.promise, delay(LOOK_EVERY_MS, undefined, { ref: false })]);
    },
    // Without a first worker there is nothing to wait for: the next one tidies when it starts.
    prune: () => void askFirst(channel, TIDY, null).catch(() => undefined),
    onChange: heard.add,
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

/** A run may be another process's, whose end is not told. */
const LOOK_EVERY_MS = 200;

function isUnderWay(catalogue: Catalogue, runId: number): boolean {
  const [run] = runsWithIds(catalogue, [runId]);
  return run?.state === "queued" || run?.state === "running";
}

interface SyncNews extends Pick<SyncListeners, "add"> {
  /** By run, how far it is. */
  readonly running: ReadonlyMap<number, SyncProgress>;
}

function createNews(channel: Channel): SyncNews {
  const running = new Map<number, SyncProgress>();
  const listeners = createListeners();
  channel.answer(SYNC_NEWS, (event) => {
    if ("outcome" in event) running.delete(event.runId);
    else running.set(event.runId, event);
    listeners.tell(event);
    return null;
  });
  channel.answer(FIRST_LOST, () => {
    running.clear();
    return null;
  });
  return { running, add: listeners.add };
}

async function askFirst<Body, Answer>(channel: Channel, topic: Topic<Body, Answer>, body: Body): Promise<Answer> {
  const answer = await channel.ask(TO_FIRST, { name: topic.name, text: JSON.stringify(body) });
  return JSON.parse(answer);
}
