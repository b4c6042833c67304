import { describe, expect, test } from "vitest";
import { scalewayImage } from "../../src/providers/scaleway/image.ts";
import { createScalewayProvider, scalewayProvider } from "../../src/providers/scaleway/provider.ts";
import type { ImagePage } from "../../src/providers/provider.ts";
import type { FakeAnswer } from "../fakes/json-server.ts";
import {
  type FakeScaleway,
  local,
  officialImage,
  OWN_ORGANIZATION,
  ownImage,
  product,
  refusal,
  startFakeScaleway,
  TOKEN,
} from "../fakes/scaleway.ts";
import { describeProviderContract, listAll, type Subject } from "./contract.ts";
import { failureOf } from "./failure-of.ts";
import { lostVariants, readVariants } from "./odd-field-variants.ts";
import { describeTokenAccess } from "./token-access.ts";

const IMAGES = "/instance/v1/zones/fr-par-1/images";

describe("scaleway provider, a zone's public images", () => {
  describeProviderContract(() => startScaleway());

  test("asks the Marketplace label by label, then for the zone's images, a hundred on a page", async () => {
    await using scaleway = await startScaleway();
    scaleway.offer(3);
    scaleway.cloud.products = [product()];

    expect((await listAll(scaleway)).images).toHaveLength(3);

    expect(scaleway.cloud.requests.map(({ method, target }) => `${method} ${target}`)).toEqual([
      "GET /marketplace/v2/images?include_eol=true&page_size=100",
      "GET /marketplace/v2/local-images?image_label=ubuntu_focal&zone=fr-par-1&page_size=100",
      `GET ${IMAGES}?per_page=100`,
      `GET ${IMAGES}?per_page=100&page=2`,
    ]);
    expect(scaleway.cloud.requests.at(-1)?.headers["x-auth-token"]).toBe(TOKEN);
  });

  test("reads an image, under Libcloud's names first, with what the Marketplace says of it", async () => {
    await using scaleway = await startScaleway();
    const official = officialImage(1);
    scaleway.cloud.images = [official, ownImage(2)];
    scaleway.cloud.products = [product()];
    scaleway.cloud.locals = { ubuntu_focal: [local(official["id"])] };

    const { images, rejected } = await listAll(scaleway);

    expect(rejected).toEqual([]);
    const { id: _id, name: _name, ...said } = official;
    expect(images).toEqual([
      {
        id: "4a4d2994-e7e0-4b29-a760-36235e6ba211",
        name: "Ubuntu 20.04 Focal Fossa",
        description: "Ubuntu is the ideal distribution for scale-out computing.",
        ownerId: "51b656e3-4865-41e8-adbc-0c45bdd780db",
        ownerAlias: null,
        platform: null,
        architecture: "x86_64",
        visibility: "public",
        owned: false,
        createdAt: "2025-06-25T15:47:39.547Z",
        deprecatedAt: null,
        keywords: ["ubuntu_focal", "distribution"],
        extra: {
          ...said,
          size: 10,
          marketplace: {
            image_id: "6ce3f2ab-7a4f-4a3a-a1b8-2b2f4d1c9e10",
            description: "Ubuntu is the ideal distribution for scale-out computing.",
            logo: "https://marketplace-logos.s3.nl-ams.scw.cloud/ubuntu.png",
            categories: ["distribution"],
            created_at: "2020-02-17T14:07:45.602Z",
            updated_at: "2025-06-26T08:00:00.000Z",
            valid_until: null,
            compatible_commercial_types: ["DEV1-L", "DEV1-M"],
            label: "ubuntu_focal",
            type: "instance_local",
          },
        },
      },
    ]);
    const libcloud = ["arch", "size", "creation_date", "modification_date", "organization"];
    expect(Object.keys(images[0]?.extra ?? {}).slice(0, 5)).toEqual(libcloud);
  });

  test("has what stands in the Marketplace alone, in this zone, at its end of life too", async () => {
    await using scaleway = await startScaleway();
    scaleway.cloud.products = [
      product({ valid_until: "2025-05-31T00:00:00Z" }),
      product({ id: "another", label: "none_here" }),
    ];
    scaleway.cloud.locals = {
      ubuntu_focal: [
        local("066aa37f", { arch: "arm64", type: "instance_sbs" }),
        local("7f30a934", { type: "instance_sbs" }),
        local("0cb38cc6", { zone: "nl-ams-1" }),
        local("01fe25a9"),
      ],
    };

    const { images } = await listAll(scaleway);

    expect(images).toMatchObject([
      {
        id: "066aa37f",
        name: "Ubuntu 20.04 Focal Fossa",
        architecture: "arm64",
        visibility: "public",
        ownerId: null,
        owned: false,
        createdAt: null,
        deprecatedAt: "2025-05-31T00:00:00.000Z",
        extra: { arch: "arm64", size: null, organization: null, marketplace: { type: "instance_sbs" } },
      },
      { id: "7f30a934" },
      { id: "01fe25a9" },
    ]);
    expect(images).toHaveLength(3);
  });

  test("leaves public images of others out, which only their owners see listed", async () => {
    await using scaleway = await startScaleway();
    scaleway.cloud.images = [ownImage(1, { public: true }), officialImage(2)];

    expect((await listAll(scaleway)).images).toMatchObject([{ ownerId: "51b656e3-4865-41e8-adbc-0c45bdd780db" }]);
  });

  test("loses one image, not the page, when one cannot be read", async () => {
    await using scaleway = await startScaleway();
    scaleway.cloud.images = [officialImage(1, { id: null }), officialImage(2)];

    const { images, rejected } = await listAll(scaleway);

    expect(images).toHaveLength(1);
    expect(rejected).toMatchObject([{ reason: expect.stringMatching(/^id: /) }]);
  });

  test.each([
    { what: "the Marketplace", path: "/marketplace/v2/images" },
    { what: "one of its labels", path: "/marketplace/v2/local-images" },
  ])("throws when $what does not answer", async ({ path }) => {
    await using scaleway = await startScaleway();
    scaleway.offer(1);
    scaleway.cloud.products = [product()];
    scaleway.cloud.intercept = (request) => (request.path === path ? refusal(403, "permissions_denied") : undefined);

    expect((await failureOf(listAll(scaleway))).message).toContain(`${path}: answered 403`);
  });

  test("loses what cannot be read of the Marketplace, and nothing else", async () => {
    await using scaleway = await startScaleway();
    scaleway.cloud.products = [product({ id: null, label: null }), product()];
    scaleway.cloud.locals = { ubuntu_focal: [local(null), local("01fe25a9")] };

    const { images, rejected } = await listAll(scaleway);

    expect(images).toMatchObject([{ id: "01fe25a9" }]);
    const reasons = [/^label: /, /^id: /].map((reason) => ({ reason: expect.stringMatching(reason) }));
    expect(rejected).toMatchObject(reasons);
  });

  test("says which label the Marketplace lists and does not know", async () => {
    await using scaleway = await startScaleway();
    scaleway.offer(1);
    scaleway.cloud.products = [product({ id: "another", label: "gone" }), product()];
    scaleway.cloud.locals = { ubuntu_focal: [local("01fe25a9")] };
    scaleway.cloud.intercept = ({ query }) =>
      query.get("image_label") === "gone" ? refusal(404, "not_found") : undefined;

    const { images, rejected } = await listAll(scaleway);

    expect(images).toHaveLength(2);
    expect(rejected).toEqual([{ reason: "listed in the Marketplace, but not found by its label", item: "gone" }]);
  });

  test("throws when pages without a total never end", async () => {
    await using scaleway = await startScaleway();
    scaleway.cloud.intercept = ({ path }) => (path === IMAGES ? { json: { images: [officialImage(1)] } } : undefined);

    expect((await failureOf(listAll(scaleway))).message).toMatch(/a page has only items of earlier pages/);
  });

  test("ends with an empty page where the total is not told", async () => {
    await using scaleway = await startScaleway();
    scaleway.cloud.intercept = ({ path, query }) => {
      const images = query.get("page") === "2" ? [] : [officialImage(1)];
      return path === IMAGES ? { json: { images } } : undefined;
    };

    expect((await listAll(scaleway)).images).toHaveLength(1);
  });
});

describe("scaleway provider, the organization's own view", () => {
  describeProviderContract(() => startOwn());

  test("has its images, those that it made public too, and asks no Marketplace", async () => {
    await using scaleway = await startOwn();
    scaleway.cloud.images = [officialImage(1), ownImage(2, { tags: ["golden"] }), ownImage(3, { public: true })];

    const { images } = await listAll(scaleway);

    expect(images).toMatchObject([
      { name: "backup", visibility: "private", owned: true, ownerId: OWN_ORGANIZATION, keywords: ["golden"] },
      { name: "backup", visibility: "public", owned: false, ownerId: OWN_ORGANIZATION },
    ]);
    expect(images).toHaveLength(2);
    expect(images[0]?.extra).not.toHaveProperty("marketplace");
    expect(scaleway.cloud.requests.map(({ path }) => path)).toEqual([IMAGES, IMAGES]);
  });
});

describe("scaleway provider, given odd fields", () => {
  const readAlone = scalewayImage(new Map());

  test("loses no image of the organization, and takes none for public or owned that does not say so", () => {
    const variants = readVariants(readAlone, ownImage(1));

    expect(lostVariants(variants, String(ownImage(1)["id"]))).toEqual([]);
    expect(variants.filter(({ image }) => image?.visibility === "public").map(({ what }) => what)).toEqual([
      "public is true",
    ]);
    const notOwned = variants.filter(({ image }) => image && !image.owned).map(({ field }) => field);
    expect(new Set(notOwned)).toEqual(new Set(["public"]));
  });

  test("leaves a public image as it was while nobody can tell whether it is Scaleway's", async () => {
    await using scaleway = await startScaleway();
    const marks = [{ public: "x" }, { public: null }, { organization: {} }, { organization: undefined }, {}];
    scaleway.cloud.images = marks.map((fields, n) => officialImage(n, fields));

    const { images, rejected } = await listAll(scaleway);

    const [last, ...others] = scaleway.cloud.images.map(({ id }) => id).toReversed();
    expect(images.map(({ id }) => id)).toEqual([last]);
    expect(rejected.map(({ id }) => id)).toEqual(others.toReversed());
  });

  test("has no image of Scaleway's in the organization's view for an odd flag", async () => {
    await using scaleway = await startOwn();
    scaleway.cloud.images = [officialImage(1, { public: "x" }), ownImage(2, { public: "x" })];

    expect((await listAll(scaleway)).images).toMatchObject([
      { ownerId: OWN_ORGANIZATION, visibility: "private", owned: false },
    ]);
  });

  test("reads all that the Marketplace offers, but for what has no id", async () => {
    await using scaleway = await startScaleway();
    scaleway.cloud.products = [product({ categories: "x", name: 7, valid_until: 7, description: {} })];
    const odd = { arch: 7, type: {}, zone: null, label: [], compatible_commercial_types: null };
    scaleway.cloud.locals = { ubuntu_focal: [local(7, odd), local("01fe25a9", { zone: "nl-ams-1" })] };
    scaleway.cloud.intercept = ({ path }) =>
      path === "/marketplace/v2/local-images"
        ? { json: { local_images: scaleway.cloud.locals["ubuntu_focal"], total_count: 2 } }
        : undefined;

    expect((await listAll(scaleway)).images).toMatchObject([
      { id: "7", name: "7", architecture: "7", description: null, deprecatedAt: null, keywords: ["ubuntu_focal"] },
    ]);
    expect((await listAll(scaleway)).images).toHaveLength(1);
  });

  test("asks for a product whose label is odd by its id", async () => {
    await using scaleway = await startScaleway();
    scaleway.cloud.products = [product({ label: null })];
    scaleway.cloud.locals = { ubuntu_focal: [local("01fe25a9")] };

    const pages = await pagesOf(scaleway);

    expect(pages.flatMap(({ images, part }) => images.map(({ id }) => [id, part]))).toEqual([
      ["01fe25a9", "ubuntu_focal"],
    ]);
  });
});

describe("scaleway provider, when one label of the Marketplace fails", () => {
  const LOCALS = "/marketplace/v2/local-images";
  const UNLABELLED = "images without a Marketplace label";

  test("lists the others, and says which it goes without", async () => {
    await using scaleway = await startTwoLabels();
    scaleway.cloud.intercept = ({ query }) =>
      query.get("image_label") === "debian" ? refusal(500, "unknown") : undefined;

    const pages = await pagesOf(scaleway);

    expect(pages.flatMap(({ images, part }) => images.map(({ id }) => [id, part]))).toEqual([
      [officialImage(1)["id"], "ubuntu_focal"],
      ["01fe25a9", "ubuntu_focal"],
    ]);
    expect(pages.filter(({ part }) => part !== "ubuntu_focal")).toEqual([]);
    expect(pages.flatMap(({ failedParts = [] }) => failedParts)).toEqual([
      { part: "debian", reason: "invalid-answer", message: expect.stringMatching(/^debian: .*answered 500/) },
      { part: UNLABELLED, reason: "invalid-answer", message: expect.stringContaining("debian") },
    ]);
  });

  test("names the part of every page when none fails", async () => {
    await using scaleway = await startTwoLabels();

    const pages = await pagesOf(scaleway);

    const partOf = new Map(pages.flatMap(({ images, part }) => images.map(({ id }) => [id, part] as const)));
    expect(partOf).toEqual(
      new Map<unknown, unknown>([
        [officialImage(1)["id"], "ubuntu_focal"],
        [officialImage(2)["id"], "debian"],
        [officialImage(3)["id"], UNLABELLED],
        ["01fe25a9", "ubuntu_focal"],
      ]),
    );
    expect(new Set(pages.map(({ part }) => part))).toEqual(new Set(["ubuntu_focal", "debian", UNLABELLED]));
    expect(pages.flatMap(({ failedParts = [] }) => failedParts)).toEqual([]);
  });

  test("takes images without a label for no others' when a label is forbidden", async () => {
    await using scaleway = await startTwoLabels();
    scaleway.cloud.intercept = ({ query }) =>
      query.get("image_label") === "debian" ? refusal(403, "permissions_denied") : undefined;

    const failed = (await pagesOf(scaleway)).flatMap(({ failedParts = [] }) => failedParts);

    expect(failed.map(({ part, reason }) => [part, reason])).toEqual([
      ["debian", "forbidden"],
      [UNLABELLED, "invalid-answer"],
    ]);
  });

  test("throws the first error when all fail", async () => {
    await using scaleway = await startTwoLabels();
    scaleway.cloud.intercept = ({ path, query }) =>
      path === LOCALS ? refusal(query.get("image_label") === "debian" ? 403 : 500, "no") : undefined;

    expect((await failureOf(listAll(scaleway))).message).toContain("answered 500");
  });

  test("throws when the Marketplace stops answering, before it has tried every label", async () => {
    await using scaleway = await startTwoLabels();
    const more = Array.from({ length: 9 }, (_, n) => product({ id: `p-${n}`, label: `label-${n}` }));
    scaleway.cloud.products = [product(), ...more];
    scaleway.cloud.intercept = ({ query }) =>
      query.get("image_label")?.startsWith("label") ? refusal(429, "too_many_requests") : undefined;

    expect((await failureOf(listAll(scaleway))).reason).toBe("throttled");
    const asked = new Set(scaleway.cloud.requests.map(({ query }) => query.get("image_label")));
    expect([...asked]).toEqual([null, "ubuntu_focal", "label-0", "label-1", "label-2"]);
  });

  test("throws at once when the key is refused", async () => {
    await using scaleway = await startTwoLabels();
    scaleway.cloud.intercept = ({ query }) =>
      query.get("image_label") === "ubuntu_focal" ? refusal(401, "denied_authentication") : undefined;

    expect((await failureOf(listAll(scaleway))).reason).toBe("credentials");
    expect(scaleway.cloud.requests.filter(({ path }) => path === LOCALS)).toHaveLength(1);
  });

  test("stops when told to while a label is asked for", async () => {
    await using scaleway = await startTwoLabels();
    const stop = new AbortController();
    scaleway.cloud.intercept = ({ path }) => {
      if (path === LOCALS) stop.abort();
      return undefined;
    };

    await expect(pagesOf(scaleway, stop.signal)).rejects.toThrow(/abort/i);
  });

  /** Two labels with an image each that the Instance API knows, one that only the Marketplace does, one without a label. */
  async function startTwoLabels(): Promise<ScalewaySubject> {
    const scaleway = await startScaleway();
    scaleway.cloud.images = [officialImage(1), officialImage(2), officialImage(3)];
    scaleway.cloud.products = [product(), product({ id: "2", label: "debian" })];
    scaleway.cloud.locals = {
      ubuntu_focal: [local(officialImage(1)["id"]), local("01fe25a9")],
      debian: [local(officialImage(2)["id"])],
    };
    return scaleway;
  }
});

async function pagesOf({ provider }: Subject, signal = new AbortController().signal): Promise<ImagePage[]> {
  const pages: ImagePage[] = [];
  for await (const page of provider.listImages(provider.sources.at(-1)!, signal)) pages.push(page);
  return pages;
}

describeTokenAccess({
  definition: scalewayProvider,
  start: startScaleway,
  options: { region: "fr-par-1", apisecret: TOKEN },
  wrong: [
    { field: "apisecret", wrong: undefined },
    { field: "region", wrong: undefined },
    { field: "region", wrong: "fr-par" },
    { field: "region", wrong: "../fr-par-1" },
  ],
});

interface ScalewaySubject extends Subject {
  readonly cloud: FakeScaleway;
}

async function startScaleway(image = officialImage): Promise<ScalewaySubject> {
  const cloud = await startFakeScaleway();
  const provider = createScalewayProvider(
    { apiurl: `${cloud.url}/`, region: "fr-par-1", apisecret: TOKEN },
    { allowLinkLocal: false },
    { sleep: async () => {} },
  );
  const onLaterPage = (answer: FakeAnswer): void => {
    cloud.intercept = ({ query }) => (query.has("page") ? answer : undefined);
  };
  return {
    cloud,
    provider,
    offer: (count) => (cloud.images = Array.from({ length: count }, (_, n) => image(n + 1))),
    breakAfterFirstPage: () => onLaterPage(refusal(403, "permissions_denied")),
    cutSecondPage: () => onLaterPage({ json: { images: [image(3)] }, cut: true }),
    repeatPage: () =>
      (cloud.intercept = ({ path }) =>
        path === IMAGES ? { json: { images: [image(1), image(2)] }, headers: { "x-total-count": "5" } } : undefined),
    [Symbol.asyncDispose]: () => cloud[Symbol.asyncDispose](),
  };
}

/** As `startScaleway`, but the organization's own source is listed. */
async function startOwn(): Promise<ScalewaySubject> {
  const scaleway = await startScaleway(ownImage);
  const [source] = scaleway.provider.sources;
  return { ...scaleway, ...(source && { source }) };
}
