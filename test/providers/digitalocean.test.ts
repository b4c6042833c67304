import { describe, expect, test } from "vitest";
import { digitaloceanImage } from "../../src/providers/digitalocean/image.ts";
import { createDigitaloceanProvider, digitaloceanProvider } from "../../src/providers/digitalocean/provider.ts";
import {
  distributionImage,
  type FakeDigitalocean,
  refusal,
  snapshotImage,
  startFakeDigitalocean,
  TOKEN,
} from "../fakes/digitalocean.ts";
import type { FakeAnswer } from "../fakes/json-server.ts";
import { describeProviderContract, listAll, type Subject } from "./contract.ts";
import { failureOf } from "./failure-of.ts";
import { lostVariants, readVariants } from "./odd-field-variants.ts";
import { describeTokenAccess } from "./token-access.ts";

describe("digitalocean provider, the public images", () => {
  describeProviderContract(() => startDigitalocean());

  test("asks for all images, two hundred on a page, and follows the links", async () => {
    await using digitalocean = await startDigitalocean();
    digitalocean.offer(3);

    expect((await listAll(digitalocean)).images).toHaveLength(3);

    const asked = digitalocean.cloud.requests.map(({ method, target }) => `${method} ${target}`);
    expect(asked).toEqual(["GET /v2/images?per_page=200", "GET /v2/images?page=2&per_page=200"]);
  });

  test("reads a distribution image, under Libcloud's names first", async () => {
    await using digitalocean = await startDigitalocean();
    digitalocean.cloud.images = [distributionImage(1), snapshotImage(2)];

    const { images, rejected } = await listAll(digitalocean);

    expect(rejected).toEqual([]);
    expect(images).toEqual([
      {
        id: "63663980",
        name: "20.04 (LTS) x64",
        description: null,
        ownerId: null,
        ownerAlias: null,
        platform: "Ubuntu",
        architecture: null,
        visibility: "public",
        owned: false,
        createdAt: "2020-05-15T05:47:50.000Z",
        deprecatedAt: null,
        keywords: ["ubuntu-20-04-x64", "snapshot", "nyc2", "nyc3"],
        extra: {
          distribution: "Ubuntu",
          public: true,
          slug: "ubuntu-20-04-x64",
          regions: ["nyc2", "nyc3"],
          min_disk_size: 20,
          created_at: "2020-05-15T05:47:50Z",
          type: "snapshot",
          size_gigabytes: 2.36,
          description: "",
          tags: [],
          status: "available",
          error_message: "",
        },
      },
    ]);
    const libcloud = ["distribution", "public", "slug", "regions", "min_disk_size", "created_at"];
    expect(Object.keys(images[0]?.extra ?? {}).slice(0, 6)).toEqual(libcloud);
  });

  test.each([
    {
      what: "a retired one as deprecated from its beginning",
      fields: { status: "retired" },
      expected: { deprecatedAt: "2020-05-15T05:47:50.000Z", extra: { status: "retired" } },
    },
    {
      what: "one of an unknown distribution",
      fields: { distribution: "Unknown OS", name: "", slug: null, regions: [], type: "custom" },
      expected: { platform: null, name: null, keywords: ["custom"], extra: { distribution: "Unknown OS", slug: null } },
    },
    {
      what: "one of which little is said",
      fields: { regions: undefined, min_disk_size: undefined, created_at: undefined, tags: null },
      expected: { createdAt: null, extra: { regions: null, min_disk_size: null, created_at: null, tags: null } },
    },
  ])("reads $what", async ({ fields, expected }) => {
    await using digitalocean = await startDigitalocean();
    digitalocean.cloud.images = [distributionImage(1, fields)];

    expect((await listAll(digitalocean)).images).toMatchObject([expected]);
  });

  test("loses one image, not the page, when one cannot be read", async () => {
    await using digitalocean = await startDigitalocean();
    digitalocean.cloud.images = [distributionImage(1, { id: null }), distributionImage(2)];

    const { images, rejected } = await listAll(digitalocean);

    expect(images).toHaveLength(1);
    expect(rejected).toMatchObject([{ reason: expect.stringMatching(/^id: /) }]);
  });

  test("never follows a link to another host", async () => {
    await using digitalocean = await startDigitalocean();
    const next = "https://example.org/v2/images?page=2";
    digitalocean.cloud.intercept = () => ({ json: { images: [], links: { pages: { next } }, meta: { total: 0 } } });

    const error = await failureOf(listAll(digitalocean));

    expect(error.reason).toBe("invalid-answer");
    expect(error.message).toMatch(/next page is on https:\/\/example\.org/);
  });

  test("throws when images come or go between two pages", async () => {
    await using digitalocean = await startDigitalocean();
    digitalocean.offer(5);
    digitalocean.cloud.intercept = ({ query }) => {
      if (query.get("page") === "2") digitalocean.cloud.images.shift();
      return undefined;
    };

    expect((await failureOf(listAll(digitalocean))).message).toMatch(/5 items became 4 while they were listed/);
  });

  test("throws when the pages end before all images came", async () => {
    await using digitalocean = await startDigitalocean();
    digitalocean.cloud.intercept = () => ({ json: { images: [distributionImage(1)], links: {}, meta: { total: 2 } } });

    expect((await failureOf(listAll(digitalocean))).message).toMatch(/only 1 of 2 items were listed/);
  });
});

describe("digitalocean provider, the account's own view", () => {
  describeProviderContract(() => startOwn());

  test("has snapshots, backups and custom images, but not what is deleted", async () => {
    await using digitalocean = await startOwn();
    digitalocean.cloud.images = [
      snapshotImage(1, { tags: ["simple-image"], description: "before the upgrade" }),
      distributionImage(2),
      snapshotImage(3, { name: "A custom image", distribution: "Arch Linux", type: "custom" }),
      snapshotImage(4, { type: "custom", status: "deleted" }),
    ];

    const { images } = await listAll(digitalocean);

    expect(images).toMatchObject([
      {
        name: "Nifty New Snapshot",
        visibility: "private",
        owned: true,
        description: "before the upgrade",
        keywords: ["snapshot", "simple-image", "nyc2", "nyc3"],
      },
      { name: "A custom image", platform: "Arch Linux", owned: true },
    ]);
    expect(images).toHaveLength(2);
  });
});

describe("digitalocean provider, given odd fields", () => {
  test("loses no image of the account, and takes none for public or owned that does not say so", () => {
    const variants = readVariants(digitaloceanImage("own"), snapshotImage(1));

    expect(lostVariants(variants, "7555620")).toEqual([]);
    expect(variants.filter(({ field, image }) => field === "public" && image?.owned)).toEqual([]);
    const changed = variants.filter(({ image }) => image && (image.visibility !== "private" || !image.owned));
    expect(changed.map(({ field }) => field)).toEqual(Array.from(changed, () => "public"));
    expect(changed.filter(({ image }) => image?.visibility === "public").map(({ what }) => what)).toEqual([
      "public is true",
    ]);
  });

  test("leaves a public image as it was while nobody can tell whether it is public", () => {
    const variants = readVariants(digitaloceanImage("public"), distributionImage(1));

    expect(lostVariants(variants, "63663980", ["id", "public"])).toEqual([]);
    const unread = variants.filter(({ field, image }) => field === "public" && !image);
    expect(unread.map(({ rejected }) => rejected?.id)).toEqual(Array.from(unread, () => "63663980"));
    expect(unread).toHaveLength(9);
  });

  test("lists twenty images where four have their size as text, as it came", async () => {
    await using digitalocean = await startDigitalocean();
    const odd = { min_disk_size: "20" };
    digitalocean.cloud.images = Array.from({ length: 20 }, (_, n) => distributionImage(n, n < 4 ? odd : {}));

    const { images, rejected } = await listAll(digitalocean);

    expect(rejected).toEqual([]);
    expect(images.map(({ extra }) => extra["min_disk_size"])).toEqual([...Array(4).fill("20"), ...Array(16).fill(20)]);
  });
});

describe("digitalocean provider, asked for its account", () => {
  test.each([
    { what: "the team", account: { uuid: "u-1", team: { uuid: "t-1" } }, expected: "t-1" },
    { what: "the user where the API knows no teams", account: { uuid: "u-1" }, expected: "u-1" },
    { what: "nothing for a team without id", account: { uuid: "u-1", team: { name: "x" } }, expected: undefined },
    { what: "nothing for an id that is the token", account: { uuid: TOKEN }, expected: undefined },
    { what: "nothing for an id that is too long", account: { uuid: "u".repeat(201) }, expected: undefined },
  ])("names $what", async ({ account, expected }) => {
    await using digitalocean = await startDigitalocean();
    digitalocean.cloud.intercept = ({ path }) => (path === "/v2/account" ? { json: { account } } : undefined);

    expect(await accountOf(digitalocean)).toBe(expected);
    const asked = digitalocean.cloud.requests.map(({ target, headers }) => [target, headers.authorization]);
    expect(asked).toEqual([["/v2/account", `Bearer ${TOKEN}`]]);
  });

  test("names nothing for a token that may not ask", async () => {
    await using digitalocean = await startDigitalocean();
    digitalocean.cloud.intercept = () => refusal(403, "forbidden");

    expect(await accountOf(digitalocean)).toBeUndefined();
  });

  test.each([
    { status: 401, reason: "credentials", tries: 1 },
    { status: 503, reason: "invalid-answer", tries: 2 },
  ])("throws for a $status, after $tries tries", async ({ status, reason, tries }) => {
    await using digitalocean = await startDigitalocean();
    digitalocean.cloud.intercept = () => refusal(status, "sorry");

    expect(await failureOf(accountOf(digitalocean))).toMatchObject({ provider: "digitalocean", reason });
    expect(digitalocean.cloud.requests).toHaveLength(tries);
  });

  async function accountOf({ provider }: Subject): Promise<string | undefined> {
    return provider.identify!(new AbortController().signal);
  }
});

describeTokenAccess({
  definition: digitaloceanProvider,
  start: startDigitalocean,
  options: { apisecret: TOKEN },
  wrong: [{ field: "apisecret", wrong: undefined }],
});

interface DigitaloceanSubject extends Subject {
  readonly cloud: FakeDigitalocean;
}

async function startDigitalocean(image = distributionImage): Promise<DigitaloceanSubject> {
  const cloud = await startFakeDigitalocean();
  const provider = createDigitaloceanProvider(
    { apiurl: `${cloud.url}/v2/`, apisecret: TOKEN },
    { allowLinkLocal: false },
    { sleep: async () => {} },
  );
  const onLaterPage = (answer: FakeAnswer): void => {
    cloud.intercept = ({ query }) => (query.has("page") ? answer : undefined);
  };
  const page = (images: unknown[], next: string): FakeAnswer => ({
    json: { images, links: { pages: { next: `${cloud.url}/v2/images?${next}` } }, meta: { total: 5 } },
  });
  return {
    cloud,
    provider,
    offer: (count) => (cloud.images = Array.from({ length: count }, (_, n) => image(n + 1))),
    breakAfterFirstPage: () => onLaterPage(refusal(403, "forbidden")),
    cutSecondPage: () => onLaterPage({ json: { images: [image(3)] }, cut: true }),
    insertEmptyPage: () =>
      (cloud.intercept = ({ target }) =>
        target.endsWith("page=2&per_page=200") ? page([], "page=2&per_page=200&again") : undefined),
    repeatPage: () => (cloud.intercept = () => page([image(1)], "per_page=200")),
    [Symbol.asyncDispose]: () => cloud[Symbol.asyncDispose](),
  };
}

/** As `startDigitalocean`, but the account's own source is listed. */
async function startOwn(): Promise<DigitaloceanSubject> {
  const digitalocean = await startDigitalocean(snapshotImage);
  const [source] = digitalocean.provider.sources;
  return { ...digitalocean, ...(source && { source }) };
}
