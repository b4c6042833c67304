import { describe, expect, test } from "vitest";
import { hetznerImage } from "../../src/providers/hetzner/image.ts";
import { createHetznerProvider, hetznerProvider } from "../../src/providers/hetzner/provider.ts";
import type { FakeAnswer } from "../fakes/json-server.ts";
import { type FakeHetzner, refusal, snapshotImage, startFakeHetzner, systemImage, TOKEN } from "../fakes/hetzner.ts";
import { describeProviderContract, listAll, type Subject } from "./contract.ts";
import { failureOf } from "./failure-of.ts";
import { lostVariants, readVariants } from "./odd-field-variants.ts";
import { describeTokenAccess } from "./token-access.ts";

describe("hetzner provider, the public images", () => {
  describeProviderContract(() => startHetzner());

  test("asks for system and application images, fifty on a page, deprecated ones too", async () => {
    await using hetzner = await startHetzner();
    hetzner.offer(3);

    expect((await listAll(hetzner)).images).toHaveLength(3);

    const asked = hetzner.cloud.requests.map(({ method, target }) => `${method} ${target}`);
    const images = "GET /v1/images?per_page=50&include_deprecated=true&sort=id%3Aasc&type=system&type=app";
    expect(asked).toEqual([images, `${images}&page=2`]);
  });

  test("reads an image, and keeps all that the API says", async () => {
    await using hetzner = await startHetzner();
    hetzner.cloud.images = [systemImage(1), snapshotImage(2)];

    const { images, rejected } = await listAll(hetzner);

    expect(rejected).toEqual([]);
    expect(images).toEqual([
      {
        id: "161547269",
        name: "ubuntu-24.04",
        description: "Ubuntu 24.04 Standard 64 bit",
        ownerId: null,
        ownerAlias: null,
        platform: "ubuntu",
        architecture: "x86",
        visibility: "public",
        owned: false,
        createdAt: "2024-04-25T13:26:27.000Z",
        deprecatedAt: null,
        keywords: ["system", "24.04"],
        extra: Object.fromEntries(Object.entries(systemImage(1)).filter(([name]) => name !== "id" && name !== "name")),
      },
    ]);
  });

  test.each([
    {
      what: "when one is deprecated",
      fields: { deprecated: "2018-02-28T00:00:00+00:00" },
      expected: { deprecatedAt: "2018-02-28T00:00:00.000Z" },
    },
    {
      what: "an application of no known system",
      fields: { type: "app", os_flavor: "unknown", os_version: null, architecture: "arm" },
      expected: { platform: null, architecture: "arm", visibility: "public", keywords: ["app"] },
    },
    {
      what: "one of which little is said",
      fields: { name: "", description: "", os_flavor: undefined, architecture: undefined, labels: undefined },
      expected: { name: null, description: null, platform: null, architecture: null },
    },
  ])("reads $what", async ({ fields, expected }) => {
    await using hetzner = await startHetzner();
    hetzner.cloud.images = [systemImage(1, fields)];

    expect((await listAll(hetzner)).images).toMatchObject([expected]);
  });

  test("loses one image, not the page, when one cannot be read", async () => {
    await using hetzner = await startHetzner();
    hetzner.cloud.images = [systemImage(1, { id: null }), systemImage(2)];

    const { images, rejected } = await listAll(hetzner);

    expect(images).toHaveLength(1);
    expect(rejected).toMatchObject([{ reason: expect.stringMatching(/^id: /) }]);
  });

  test("throws when images come or go between two pages", async () => {
    await using hetzner = await startHetzner();
    hetzner.offer(5);
    hetzner.cloud.intercept = ({ query }) => {
      if (query.get("page") === "2") hetzner.cloud.images.shift();
      return undefined;
    };

    expect((await failureOf(listAll(hetzner))).message).toMatch(/5 items became 4 while they were listed/);
  });
});

describe("hetzner provider, the project's own view", () => {
  describeProviderContract(() => startOwn());

  test("has snapshots and backups, and whatever else is not public, but not what is deleted", async () => {
    await using hetzner = await startOwn();
    hetzner.cloud.images = [
      systemImage(1),
      systemImage(2, { type: "app" }),
      snapshotImage(3),
      snapshotImage(4, { type: "backup", bound_to: 42 }),
      snapshotImage(5, { type: "of-the-future" }),
      snapshotImage(6, { deleted: "2026-01-01T00:00:00Z" }),
    ];

    const { images } = await listAll(hetzner);

    expect(images).toMatchObject([
      {
        id: "44",
        name: null,
        description: "before the upgrade",
        visibility: "private",
        owned: true,
        keywords: ["snapshot", "24.04", "web-1", "prod"],
        extra: { labels: { environment: "prod", "just-a-key": "" }, created_from: { id: 1, name: "web-1" } },
      },
      { id: "45", owned: true, extra: { type: "backup", bound_to: 42 } },
      { id: "46", owned: true },
    ]);
    expect(images).toHaveLength(3);
  });
});

describe("hetzner provider, probing", () => {
  test("reads the newest first, up to the first page with an older one", async () => {
    await using hetzner = await startOwn();
    hetzner.cloud.images = [1, 2, 3, 4, 5].map((n) => snapshotImage(n, { created: `2026-0${n}-01T00:00:00Z` }));

    const found = await probe(hetzner, "2026-04-15T00:00:00Z");

    expect(found).toEqual(["46", "45"]);
    expect(hetzner.cloud.requests.map(({ target }) => target)).toEqual([
      "/v1/images?per_page=50&include_deprecated=true&sort=created%3Adesc",
    ]);
  });

  test("goes on for as long as images are newer", async () => {
    await using hetzner = await startOwn();
    hetzner.cloud.images = [1, 2, 3, 4, 5].map((n) => snapshotImage(n, { created: `2026-0${n}-01T00:00:00Z` }));

    expect(await probe(hetzner, "2025-12-31T00:00:00Z")).toHaveLength(5);
  });

  async function probe({ provider, source }: HetznerSubject, since: string): Promise<string[]> {
    const pages = provider.probeImages!(source!, new Date(since), new AbortController().signal);
    return (await Array.fromAsync(pages)).flatMap(({ images }) => images.map(({ id }) => id));
  }
});

describe("hetzner provider, given odd fields", () => {
  test("loses no image of the project, and takes none for public that does not say so", () => {
    const variants = readVariants(hetznerImage("own"), snapshotImage(1));

    expect(lostVariants(variants, "42")).toEqual([]);
    expect(variants.filter(({ image }) => image && image.visibility !== "private")).toEqual([]);
    const notOwned = variants.filter(({ image }) => image && !image.owned).map(({ what }) => what);
    expect(notOwned).toEqual(expect.arrayContaining(["type is null", "type is missing"]));
    expect(new Set(notOwned.map((what) => what.split(" ")[0]))).toEqual(new Set(["type"]));
  });

  test("leaves a public image as it was while nobody can tell whether it is public", () => {
    const variants = readVariants(hetznerImage("public"), systemImage(1));

    expect(lostVariants(variants, "161547269", ["id", "type"])).toEqual([]);
    const unread = variants.filter(({ field, image }) => field === "type" && !image);
    expect(unread.map(({ rejected }) => rejected?.id)).toEqual(Array.from(unread, () => "161547269"));
    expect(unread).toHaveLength(10);
  });

  test("takes an image for deleted only when it says when", async () => {
    await using hetzner = await startOwn();
    const marks = [null, "x", 7, {}, "2026-01-01T00:00:00Z"];
    hetzner.cloud.images = marks.map((deleted, n) => snapshotImage(n, { deleted }));

    expect((await listAll(hetzner)).images.map(({ id }) => id)).toEqual(["41", "42", "43", "44"]);
  });
});

describeTokenAccess({
  definition: hetznerProvider,
  start: startHetzner,
  options: { apisecret: TOKEN },
  wrong: [{ field: "apisecret", wrong: undefined }],
});

interface HetznerSubject extends Subject {
  readonly cloud: FakeHetzner;
}

async function startHetzner(image = systemImage): Promise<HetznerSubject> {
  const cloud = await startFakeHetzner();
  const provider = createHetznerProvider(
    { apiurl: `${cloud.url}/v1/`, apisecret: TOKEN },
    { allowLinkLocal: false },
    { sleep: async () => {} },
  );
  const onLaterPage = (answer: FakeAnswer): void => {
    cloud.intercept = ({ query }) => (query.has("page") ? answer : undefined);
  };
  const pagination = { page: 1, per_page: 2, previous_page: null, next_page: 2, last_page: 3, total_entries: 5 };
  return {
    cloud,
    provider,
    offer: (count) => (cloud.images = Array.from({ length: count }, (_, n) => image(n + 1))),
    breakAfterFirstPage: () => onLaterPage(refusal(403, "forbidden")),
    cutSecondPage: () => onLaterPage({ json: { images: [image(3)] }, cut: true }),
    repeatPage: () => (cloud.intercept = () => ({ json: { images: [image(1)], meta: { pagination } } })),
    [Symbol.asyncDispose]: () => cloud[Symbol.asyncDispose](),
  };
}

/** As `startHetzner`, but the project's own source is listed. */
async function startOwn(): Promise<HetznerSubject> {
  const hetzner = await startHetzner(snapshotImage);
  const [source] = hetzner.provider.sources;
  return { ...hetzner, ...(source && { source }) };
}
