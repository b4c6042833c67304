import { createLocalRecord } from "../../src/record/record.ts";
import type { Backend } from "../../src/record/backends.ts";
import type { Catalogue } from "../../src/catalogue/file/open-catalogue.ts";
import { insertRun, lastRun, type Run, type RunKind } from "../../src/record/runs.ts";
import { type Source, sourcesOf } from "../../src/record/sources.ts";
import { createLog } from "../../src/log.ts";
import type { ImagePage, ImageProvider } from "../../src/providers/provider.ts";
import { createListingMemory } from "../../src/sync/listing-memory.ts";
import { syncSource } from "../../src/sync/sync-source.ts";
import type { SyncOutcome } from "../../src/sync/sync-source-options.ts";
import { openTemporaryCatalogue, seedBackend } from "../catalogue/seed.ts";

export type ScriptedPage = Partial<ImagePage>;

export interface Script {
  /** Minutes after the first of them. */
  readonly minute?: number;
  readonly acceptShrink?: boolean;
  readonly kind?: RunKind;
  /** Thrown after the last page. */
  readonly failure?: Error;
  /** In place of a fixed time. */
  readonly now?: () => string;
  /** What the cloud answers when it is asked whether all is as it was. */
  readonly isStill?: boolean;
}

/** A cloud that lists what a test says, and the catalogue of a backend that shows it. */
export interface ScriptedCloud extends Disposable {
  readonly catalogue: Catalogue;
  readonly backend: Backend;
  /** Syncs while the cloud lists these pages. */
  sync(pages: readonly ScriptedPage[], script?: Script): Promise<SyncOutcome>;
  /** Ids of the images that the catalogue shows, sorted. */
  ids(): string[];
  source(): Source;
  lastRun(): Run;
  /** The kinds and ids of the journal, in order. */
  journal(): string[];
}

const START = Date.parse("2026-11-01T12:00:00.000Z");

export function minute(minutes: number): string {
  return new Date(START + minutes * 60_000).toISOString();
}

export async function openScriptedCloud(): Promise<ScriptedCloud> {
  const catalogue = openTemporaryCatalogue();
  const backend = await seedBackend(catalogue, "test");
  const memory = createListingMemory();
  const source = (): Source => {
    const [first] = sourcesOf(catalogue, backend.id);
    if (!first) throw new Error("the backend has no source");
    return first;
  };
  return {
    catalogue,
    backend,
    source,
    async sync(pages, { minute: minutes = 0, acceptShrink = false, kind = "full", ...script } = {}) {
      const now = script.now ?? (() => minute(minutes));
      return syncSource({
        file: catalogue.file,
        recordOf: createLocalRecord,
        runId: insertRun(catalogue, source().id, now(), kind),
        kind,
        term: kind === "find" ? "term" : undefined,
        sourceId: source().id,
        providers: [providerOf(source().place, pages, script)],
        limits: { maxShrink: 0.2, acceptShrink },
        memory,
        signal: new AbortController().signal,
        now,
        log: createLog("silent"),
      });
    },
    ids: () =>
      catalogue.sqlite
        .prepare<[], string>("SELECT image_id FROM images WHERE retired_at IS NULL ORDER BY image_id")
        .pluck()
        .all(),
    lastRun() {
      const run = lastRun(catalogue, source().id);
      if (!run) throw new Error("there was no run");
      return run;
    },
    journal: () =>
      catalogue.sqlite
        .prepare<[], string>("SELECT kind || ' ' || image_id FROM image_changes ORDER BY id")
        .pluck()
        .all(),
    [Symbol.dispose]: () => catalogue[Symbol.dispose](),
  };
}

function providerOf(place: string, pages: readonly ScriptedPage[], { failure, isStill }: Script): ImageProvider {
  async function* list(): AsyncGenerator<ImagePage> {
    for (const page of pages) yield { images: [], rejected: [], calls: 1, ...page };
    if (failure) throw failure;
  }
  return {
    name: "ec2",
    sources: [{ key: place, scope: "public" }],
    listImages: list,
    probeImages: list,
    findImages: list,
    ...(isStill !== undefined && { isStill: async () => ({ isStill, calls: 1 }) }),
  };
}
