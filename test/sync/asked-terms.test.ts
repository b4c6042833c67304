import { describe, expect, test } from "vitest";
import { createLocalRecord } from "../../src/record/record.ts";
import { askedTerm, noteAsked, noteFound } from "../../src/record/asked-terms.ts";
import type { Catalogue } from "../../src/catalogue/file/open-catalogue.ts";
import { insertRun, lastFullStart, listRuns, type RunKind } from "../../src/record/runs.ts";
import { type Source, sourcesOf } from "../../src/record/sources.ts";
import { ProviderError } from "../../src/errors.ts";
import { createLog } from "../../src/log.ts";
import type { ImageProvider } from "../../src/providers/provider.ts";
import { syncSource } from "../../src/sync/sync-source.ts";
import type { SyncOutcome } from "../../src/sync/sync-source-options.ts";
import { image, openTemporaryCatalogue, seedBackend } from "../catalogue/seed.ts";

const KEY = "dockerhub hub public";

describe("a full listing of a cloud that is searched", () => {
  test("asks again for the terms of thirty days, forgets older ones, and does not take that for a fault", async () => {
    await using lab = await startLab();
    lab.finds = { old: 50, new: 5 };
    await lab.find("old", 1);
    await lab.find("new", 20);
    await lab.run("full", 25);
    const [asked, images] = [lab.asked.splice(0), lab.images()];

    const outcome = await lab.run("full", 32);

    expect(asked).toEqual(["old", "new", "new", "old"]);
    expect(images).toBe(57);
    expect(lab.asked).toEqual(["new"]);
    expect(outcome).toMatchObject({ outcome: "complete", listed: 7, retired: 50 });
    expect(askedTerm(lab.catalogue, lab.source().id, "old")).toBeUndefined();
  });

  test("is refused when more is missing than what only forgotten terms found", async () => {
    await using lab = await startLab();
    lab.finds = { old: 10, new: 50 };
    await lab.find("old", 1);
    await lab.find("new", 20);
    lab.finds = { new: 5 };

    expect(await lab.run("full", 32)).toMatchObject({ outcome: "refused" });
    expect(lab.images()).toBe(62);
    expect(askedTerm(lab.catalogue, lab.source().id, "old")).toMatchObject({ found: 10 });
  });

  test("asks for the two hundred terms that were asked for last", async () => {
    await using lab = await startLab();
    const { id } = lab.source();
    for (let n = 0; n < 205; n++) {
      noteAsked(lab.catalogue, id, `term-${n}`, dayOf(1, n));
      noteFound(lab.catalogue, id, `term-${n}`, 0);
    }

    await lab.run("full", 2);

    expect(lab.asked).toHaveLength(200);
    expect(lab.asked.slice(0, 2)).toEqual(["term-204", "term-203"]);
    expect(lab.asked).not.toContain("term-4");
    expect(askedTerm(lab.catalogue, id, "term-4")).toBeUndefined();
  });

  test("does not ask for a term that the cloud never answered, and forgets it after a day", async () => {
    await using lab = await startLab();
    lab.broken = "poison";
    expect(await lab.find("poison", 1)).toMatchObject({ outcome: "failed", reason: "dockerhub hub: broken" });

    expect(await lab.run("full", 1)).toMatchObject({ outcome: "complete", listed: 2 });
    const kept = askedTerm(lab.catalogue, lab.source().id, "poison");
    await lab.run("full", 3);

    expect(kept).toMatchObject({ found: null });
    expect(lab.asked).toEqual(["poison"]);
    expect(askedTerm(lab.catalogue, lab.source().id, "poison")).toBeUndefined();
  });

  test("fails as a whole when a term that was answered once is not", async () => {
    await using lab = await startLab();
    lab.finds = { some: 3 };
    await lab.find("some", 1);
    lab.broken = "some";

    expect(await lab.run("full", 2)).toMatchObject({ outcome: "failed" });
    expect(lab.images()).toBe(5);
  });
});

describe("a find", () => {
  test("adds, changes nothing else, and is no full listing", async () => {
    await using lab = await startLab();
    const before = lab.source();
    lab.finds = { some: 3 };

    const outcome = await lab.find("some", 2);

    expect(outcome).toEqual({ outcome: "complete", listed: 3, added: 3, changed: 0, retired: 0, returned: 0 });
    expect(lab.source()).toMatchObject({ imageCount: 5, syncedAt: before.syncedAt });
  });

  test("never pushes a full listing out of the runs that are kept", async () => {
    await using lab = await startLab();
    const { id } = lab.source();
    for (let n = 0; n < 510; n++) insertRun(lab.catalogue, id, dayOf(2, n), "find");

    await lab.find("some", 3);

    expect(listRuns(lab.catalogue, [id], 1000).filter(({ kind }) => kind === "find")).toHaveLength(500);
    expect(lastFullStart(lab.catalogue, id)).toBe(dayOf(0));
  });
});

interface Lab extends AsyncDisposable {
  readonly catalogue: Catalogue;
  /** Terms that the cloud was asked for. */
  readonly asked: string[];
  /** How many images it finds for a term. */
  finds: Record<string, number>;
  /** The term at which it breaks. */
  broken: string | undefined;
  run(kind: RunKind, day: number, term?: string): Promise<SyncOutcome>;
  /** As when somebody searches. */
  find(term: string, day: number): Promise<SyncOutcome>;
  source(): Source;
  images(): number;
}

/** A cloud that lists two images and finds others, listed once. */
async function startLab(): Promise<Lab> {
  const catalogue = openTemporaryCatalogue();
  const backend = await seedBackend(catalogue, "hub", [{ key: KEY, scope: "public" }], "dockerhub");
  const provider: ImageProvider = {
    name: "dockerhub",
    sources: [{ key: KEY, scope: "public" }],
    async *listImages() {
      yield { images: [image("library/a"), image("library/b")], rejected: [], calls: 1 };
    },
    async *findImages(_, term) {
      lab.asked.push(term);
      if (term === lab.broken)
        throw new ProviderError("broken", { provider: "dockerhub", scope: "hub", reason: "invalid-answer" });
      const images = Array.from({ length: lab.finds[term] ?? 0 }, (__, n) => image(`${term}/${n}`));
      yield { images, rejected: [], calls: 1 };
    },
  };
  const source = (): Source => {
    const [only] = sourcesOf(catalogue, backend.id);
    if (!only) throw new Error("the backend has no source");
    return only;
  };
  const lab: Lab = {
    catalogue,
    asked: [],
    finds: {},
    broken: undefined,
    source,
    images: () => source().imageCount,
    async run(kind, day, term) {
      const sourceId = source().id;
      return syncSource({
        file: catalogue.file,
        recordOf: createLocalRecord,
        runId: insertRun(catalogue, sourceId, dayOf(day), kind),
        kind,
        term,
        sourceId,
        providers: [provider],
        limits: { maxShrink: 0.2, acceptShrink: false },
        signal: new AbortController().signal,
        now: () => dayOf(day),
        log: createLog("silent"),
      });
    },
    async find(term, day) {
      noteAsked(catalogue, source().id, term, dayOf(day));
      return lab.run("find", day, term);
    },
    async [Symbol.asyncDispose]() {
      catalogue[Symbol.dispose]();
    },
  };
  await lab.run("full", 0);
  return lab;
}

function dayOf(day: number, second = 0): string {
  return new Date(Date.UTC(2026, 9, 1 + day, 12, 0, second)).toISOString();
}
