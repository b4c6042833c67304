import { beforeEach, describe, expect, test } from "vitest";
import { type Backend, getBackend } from "../../src/record/backends.ts";
import type { Catalogue } from "../../src/catalogue/file/open-catalogue.ts";
import { CHANGE_KINDS } from "../../src/catalogue/read/read-changes.ts";
import { sourcesOf } from "../../src/record/sources.ts";
import type { MachineImage } from "../../src/image.ts";
import { findChanges } from "../../src/search/find/find-changes.ts";
import type { ImageQuery } from "../../src/search/term/image-query.ts";
import { createImageSearch, type ImageSearch } from "../../src/search/answer/search-images.ts";
import { commitImages, image, NOW, openTemporaryCatalogue, seedBackend } from "../catalogue/seed.ts";

const WORKERS = [
  image("ami-1", { name: "worker-20260101", createdAt: "2026-01-01T00:00:00.000Z" }),
  image("ami-2", { name: "worker-20260201", createdAt: "2026-02-01T00:00:00.000Z", keywords: ["tested"] }),
  image("ami-3", {
    name: "worker-20260301",
    createdAt: "2026-03-01T00:00:00.000Z",
    deprecatedAt: "2026-11-01T12:30:00.000Z",
  }),
  image("ami-4", {
    name: "worker-20260401",
    createdAt: "2026-04-01T00:00:00.000Z",
    extra: { state: "failed" },
  }),
];
const OFFICIAL = { ownerId: "309956199498", createdAt: "2026-01-01T00:00:00.000Z" };
const RHEL = [
  image("ami-5", { ...OFFICIAL, name: "RHEL-9.4.0_HVM-20260101-x86_64-0-Hourly2-GP3" }),
  image("ami-6", { ...OFFICIAL, name: "RHEL-9.6.0_HVM-20260201-x86_64-0-Hourly2-GP3", createdAt: NOW }),
  image("ami-7", { ...OFFICIAL, name: "RHEL-8.10.0_HVM-20260201-x86_64-0-Hourly2-GP3" }),
];

describe("of each family the newest build that passes", () => {
  let catalogue: Catalogue;
  let search: ImageSearch;
  let now = NOW;

  beforeEach(() => {
    catalogue = openTemporaryCatalogue();
    now = NOW;
    search = createImageSearch(catalogue, () => now);
    return () => catalogue[Symbol.dispose]();
  });

  const list = async (images: readonly MachineImage[], own: readonly MachineImage[] = []): Promise<void> => {
    const scopes = [
      { key: "ec2 own", scope: "own" as const },
      { key: "ec2 public", scope: "public" as const },
    ];
    const backend = await seedBackend(catalogue, "test", scopes);
    commitImages(catalogue, backend, own, { at: 0 });
    commitImages(catalogue, backend, images, { at: 1 });
  };
  const backend = (): Backend => getBackend(catalogue, "test");
  const find = async (query: Partial<ImageQuery>): Promise<string[]> => {
    const asked = { term: "", match: "words", latest: true, ...query } as const;
    const { body, total } = await search.page([backend()], asked, { limit: 100, offset: 0 });
    const ids = JSON.parse(body.toString()).map(({ id }: { id: string }) => id);
    const { architecture } = await search.facets([backend()], asked);
    expect(architecture).toEqual(ids.length === 0 ? [] : [{ value: "x86_64", count: ids.length }]);
    expect(total).toBe(ids.length);
    return ids;
  };

  test.each<[string, Partial<ImageQuery>, string[]]>([
    ["nothing else", {}, ["ami-3"]],
    ["those that are not deprecated", { deprecated: false }, ["ami-2"]],
    ["those made before a day", { createdBefore: "2026-02-01T00:00:00.000Z" }, ["ami-1"]],
    ["those that the term finds", { term: "tested" }, ["ami-2"]],
    ["those of the family", { family: "worker-*", createdBefore: "2026-03-01T00:00:00.000Z" }, ["ami-2"]],
    ["those that failed: none can be launched", { state: "failed" }, []],
  ])("among %s", async (_, query, ids) => {
    await list(WORKERS);
    now = "2026-11-01T12:30:00.000Z";
    expect(await find(query)).toEqual(ids);
  });

  test("when a deprecation falls due, between two answers from the same catalogue", async () => {
    await list(WORKERS);
    const before = search.stateKey([backend()]);
    expect(await find({ deprecated: false })).toEqual(["ami-3"]);

    now = "2026-11-01T12:29:59.999Z";
    expect(search.stateKey([backend()])).toBe(before);
    now = "2026-11-01T12:30:00.000Z";
    expect(search.stateKey([backend()])).not.toBe(before);
    expect(await find({ deprecated: false })).toEqual(["ami-2"]);
    now = NOW;
    expect(await find({ deprecated: false })).toEqual(["ami-3"]);
  });

  test("of each line, and of each family that is of none", async () => {
    await list([...RHEL, ...WORKERS]);
    expect((await find({ latest: "line" })).toSorted()).toEqual(["ami-3", "ami-6", "ami-7"]);
    expect(await find({ latest: "line", term: "rhel", createdBefore: NOW })).toEqual(["ami-5", "ami-7"]);
  });

  test("of a family that two sources have builds of, once", async () => {
    const [first, second, third] = WORKERS;
    await list(
      [first!, third!],
      [second!].map((shared) => ({ ...shared, visibility: "shared" as const })),
    );
    expect(await find({})).toEqual(["ami-3"]);
    expect(await find({ family: "worker-*" })).toEqual(["ami-3"]);
    expect(await find({ createdBefore: "2026-03-01T00:00:00.000Z" })).toEqual(["ami-2"]);
  });

  test("and no own image without a name, which is a build of nothing", async () => {
    await list([], [image("ami-8", { name: null, owned: true })]);
    expect(await find({})).toEqual([]);
    expect(await find({ latest: false })).toEqual(["ami-8"]);
  });

  test("among changes", async () => {
    await list([]);
    commitImages(catalogue, backend(), WORKERS, { at: 1 });
    const changesOf = async (query: Partial<ImageQuery>): Promise<string[]> => {
      const { changes } = await findChanges(
        catalogue,
        { term: "", match: "words", latest: true, ...query },
        {
          sourceIds: () => sourcesOf(catalogue, "test").map(({ id }) => id),
          after: 0,
          since: "",
          before: Number.MAX_SAFE_INTEGER,
          kinds: new Set(CHANGE_KINDS),
          limit: 100,
          now: "2026-12-01T00:00:00.000Z",
        },
      );
      return changes.map(({ imageId }) => imageId);
    };
    expect(await changesOf({})).toEqual(["ami-3"]);
    expect(await changesOf({ deprecated: false })).toEqual(["ami-2"]);
    expect(await changesOf({ latest: false })).toHaveLength(4);
  });
});

describe("the order of answers", () => {
  const order = async (images: readonly MachineImage[], term: string, now = NOW): Promise<string[]> => {
    using catalogue = openTemporaryCatalogue();
    const backend = await seedBackend(catalogue, "test");
    commitImages(catalogue, backend, images);
    const query = { term, match: "words" } as const;
    const { body } = await createImageSearch(catalogue, () => now).page([backend], query, { limit: 100, offset: 0 });
    return JSON.parse(body.toString()).map(({ id }: { id: string }) => id);
  };

  test("puts the asked version before a number that stands elsewhere, however new that is", async () => {
    const alma = { ownerId: "764336703387" };
    const images = [
      image("ami-1", { ...alma, name: "AlmaLinux OS 10.0.20250601 x86_64", createdAt: "2025-06-01T00:00:00.000Z" }),
      image("ami-2", { ...alma, name: "AlmaLinux OS 8.10.20260601 x86_64", createdAt: "2026-06-01T00:00:00.000Z" }),
    ];
    expect(await order(images, "alma linux 10")).toEqual(["ami-1", "ami-2"]);
    expect(await order(images, "alma linux 8")).toEqual(["ami-2", "ami-1"]);
  });

  test("puts the system's version before that of a product on it", async () => {
    const windows = { ownerId: "801119661308", ownerAlias: "amazon", platform: "windows" };
    const images = [
      image("ami-1", { ...windows, name: "Windows_Server-2025-English-Full-SQL_2022_Web-2026.06.10" }),
      image("ami-2", { ...windows, name: "Windows_Server-2022-English-Full-SQL_2019_Web-2026.01.10" }),
    ];
    expect(await order(images, "windows 2022")).toEqual(["ami-2", "ami-1"]);
  });

  test("lets an image down in the minute in which it is deprecated, and an owner's id change nothing", async () => {
    const canonical = { ownerId: "099720109477", deprecatedAt: "2026-11-01T12:30:00.000Z" };
    const jammy = "ubuntu/images/hvm-ssd/ubuntu-jammy-22.04-amd64-server";
    const images = [
      image("ami-1", { ...canonical, name: `${jammy}-20260601`, createdAt: "2026-06-01T00:00:00.000Z" }),
      image("ami-2", {
        ...canonical,
        name: `${jammy}-20260501`,
        createdAt: "2026-05-01T00:00:00.000Z",
        deprecatedAt: null,
      }),
      image("ami-3", { ...canonical, name: "ubuntu/images-testing/hvm-ssd/ubuntu-jammy-daily-amd64-server-20260901" }),
    ];
    for (const term of ["jammy", "099720109477 jammy"]) {
      expect(await order(images, term)).toEqual(["ami-1", "ami-2", "ami-3"]);
      expect(await order(images, term, "2026-11-01T12:30:00.000Z")).toEqual(["ami-2", "ami-1", "ami-3"]);
    }
  });
});
