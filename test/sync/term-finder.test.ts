import { expect, test } from "vitest";
import { createLog } from "../../src/log.ts";
import { createTermFinder, type FindTuning, type TermFinder, termToAsk } from "../../src/sync/term-finder.ts";
import { commitImages, image, NOW, openTemporaryCatalogue, seedBackend } from "../catalogue/seed.ts";

test.each([
  ["  Grafana   LOKI ", "grafana loki"],
  ['"grafana loki" amd64', "grafana loki amd64"],
  ["ｇｒａｆａｎａ", "grafana"],
  ["ab", "ab"],
  ["a", undefined],
  ['" "', undefined],
  ["a".repeat(200), "a".repeat(200)],
  ["a".repeat(201), undefined],
])("asks a cloud for %j as %j", (term, asked) => {
  expect(termToAsk(term)).toBe(asked);
});

test("asks for one term at a time, then for the newest of those that came meanwhile, and answers the others at once", async () => {
  await using lab = await startLab();
  const first = lab.find("gr");
  const second = lab.find("graf");
  const third = lab.find("grafana");
  const alsoThird = lab.find("Grafana");

  expect(await second).toBe(false);
  expect(lab.asked).toEqual(["gr"]);
  lab.answer();
  expect(await first).toBe(true);
  await lab.untilAsked(2);
  lab.answer();

  expect(await Promise.all([third, alsoThird])).toEqual([true, true]);
  expect(lab.asked).toEqual(["gr", "grafana"]);
});

test("waits only so long, and asks for what is next all the same", async () => {
  await using lab = await startLab({ waitMs: 10 });

  await Promise.all([lab.find("gr"), lab.find("grafana")]);
  const meanwhile = [...lab.asked];
  lab.answer();
  await lab.untilAsked(2);

  expect(meanwhile).toEqual(["gr"]);
  expect(lab.asked).toEqual(["gr", "grafana"]);
});

test("asks for nothing any more once it is disposed", async () => {
  await using lab = await startLab();
  const [first, second] = [lab.find("gr"), lab.find("grafana")];

  lab.finder[Symbol.dispose]();
  lab.answer();

  expect(await Promise.all([first, second, lab.find("loki")])).toEqual([true, false, false]);
  expect(lab.asked).toEqual(["gr"]);
});

test("never rejects", async () => {
  await using lab = await startLab({}, new Error("the disk is full"));

  expect(await lab.find("grafana")).toBe(true);
});

test("asks nobody for a source that was never listed, or that can be listed", async () => {
  await using lab = await startLab();
  const unlisted = await seedBackend(lab.catalogue, "new", [{ key: "dockerhub new", scope: "public" }], "dockerhub");
  const listed = await seedBackend(lab.catalogue, "ec2");
  commitImages(lab.catalogue, listed, [image("ami-1")]);

  expect(await lab.finder.find([unlisted, listed], "grafana")).toBe(false);
  expect(lab.asked).toEqual([]);
});

interface Lab extends AsyncDisposable {
  readonly finder: TermFinder;
  readonly catalogue: ReturnType<typeof openTemporaryCatalogue>;
  /** Terms, in the order in which they were asked for. */
  readonly asked: string[];
  find(term: string): Promise<boolean>;
  /** The cloud answers what it was asked for last. */
  answer(): void;
  untilAsked(count: number): Promise<void>;
}

/** A finder over a cloud that answers when it is told to. */
async function startLab(tuning: Partial<FindTuning> = {}, failure?: Error): Promise<Lab> {
  const catalogue = openTemporaryCatalogue();
  const backend = await seedBackend(catalogue, "hub", [{ key: "dockerhub hub", scope: "public" }], "dockerhub");
  commitImages(catalogue, backend, [image("library/image-0")]);
  const asked: string[] = [];
  const waiting: (() => void)[] = [];
  let answered = Promise.withResolvers<void>();
  const sync = {
    async find(_: unknown, term: string): Promise<number> {
      if (failure) throw failure;
      asked.push(term);
      answered = Promise.withResolvers();
      for (const tell of waiting.splice(0)) tell();
      return asked.length;
    },
    finished: () => answered.promise,
  };
  const finder = createTermFinder({ catalogue, sync, now: () => NOW, log: createLog("silent"), tuning });
  return {
    finder,
    catalogue,
    asked,
    find: (term) => finder.find([backend], term),
    answer: () => answered.resolve(),
    async untilAsked(count) {
      while (asked.length < count) await new Promise<void>((resolve) => waiting.push(resolve));
    },
    async [Symbol.asyncDispose]() {
      answered.resolve();
      catalogue[Symbol.dispose]();
    },
  };
}
