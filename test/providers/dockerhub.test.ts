import { describe, expect, test } from "vitest";
import type { BackendOptions, ImagePage } from "../../src/providers/provider.ts";
import { foundId, foundRepository, listedRepository } from "../../src/providers/dockerhub/image.ts";
import { createDockerhubProvider, dockerhubProvider } from "../../src/providers/dockerhub/provider.ts";
import { publisherOf } from "../../src/catalogue/facts/publishers.ts";
import type { MachineImage } from "../../src/image.ts";
import { type FakeHub, LIST, repository, SEARCH, startFakeHub } from "../fakes/dockerhub.ts";
import type { FakeAnswer } from "../fakes/json-server.ts";
import { describeProviderContract, listAll, type Subject } from "./contract.ts";
import { failureOf } from "./failure-of.ts";
import { describeHttpFailures } from "./http-failures.ts";
import { lostVariants, readVariants } from "./odd-field-variants.ts";

const LIMITS = { allowLinkLocal: false };

describe("dockerhub provider", () => {
  describeProviderContract(() => startHub());

  test("reads an official repository, without what differs at every look", async () => {
    await using lab = await startHub();
    lab.offer(1);

    const [first, again] = [await listAll(lab), await listAll(lab)];

    expect(first).toMatchObject({ rejected: [], calls: 1 });
    expect(again.images).toEqual(first.images);
    expect(first.images).toEqual([
      {
        id: "library/image-0",
        name: "library/image-0",
        description: "image-0, as its makers make it",
        ownerId: "library",
        ownerAlias: "official",
        platform: null,
        architecture: null,
        visibility: "public",
        owned: false,
        createdAt: "2013-07-01T00:00:00.000Z",
        deprecatedAt: null,
        keywords: ["Operating systems", "image"],
        extra: {
          namespace: "library",
          repository: "image-0",
          description: "image-0, as its makers make it",
          is_official: true,
          badge: "official",
          categories: ["Operating systems"],
          content_types: ["image"],
        },
      },
    ]);
    expect(publishersOf(first.images)).toEqual([{ name: "Docker Official Images", trust: "official" }]);
  });

  test("lists no repository that only the search has", async () => {
    await using lab = await startHub();
    lab.hub.others = [repository("grafana/grafana")];

    expect((await listAll(lab)).images).toEqual([]);
    expect(lab.hub.requests.map(({ path }) => path)).toEqual([LIST]);
  });
});

describe("dockerhub provider, asked for a term", () => {
  test("reads what the Hub finds, but for the official ones, which the list has", async () => {
    await using lab = await startHub();
    lab.hub.official = ["grafana"];
    lab.hub.others = [repository("grafana/grafana", { badge: "verified_publisher" }), repository("kim/other")];

    const [page, ...more] = await find(lab, "grafana");

    expect(more).toEqual([]);
    expect(page).toEqual({
      rejected: [],
      calls: 1,
      images: [
        {
          id: "grafana/grafana",
          name: "grafana/grafana",
          description: "All about grafana/grafana",
          ownerId: "grafana",
          ownerAlias: "verified_publisher",
          platform: "linux",
          architecture: null,
          visibility: "public",
          owned: false,
          createdAt: "2015-05-19T22:53:03.906Z",
          deprecatedAt: null,
          keywords: ["grafana", "Monitoring & observability", "linux", "amd64", "arm64"],
          extra: {
            namespace: "grafana",
            repository: "grafana",
            description: "All about grafana/grafana",
            is_official: false,
            badge: "verified_publisher",
            publisher: "grafana",
            archived: false,
            categories: ["Monitoring & observability"],
            operating_systems: ["linux"],
            architectures: ["amd64", "arm64"],
          },
        },
      ],
    });
    expect(publishersOf(page?.images ?? [])).toEqual([{ name: "grafana", trust: "verified" }]);
  });

  test("takes a repository of nobody that Docker knows for a community's", async () => {
    await using lab = await startHub();
    lab.hub.others = [repository("kim/other", { badge: null, architectures: [{ name: "amd64" }], publisher: null })];

    const [page] = await find(lab, "kim");

    expect(page?.images).toMatchObject([{ ownerAlias: null, architecture: "amd64", extra: { badge: null } }]);
    expect(publishersOf(page?.images ?? [])).toEqual([{ name: null, trust: "community" }]);
  });

  test("takes three pages of a hundred at most", async () => {
    await using lab = await startHub();
    lab.hub.others = Array.from({ length: 450 }, (_, n) => repository(`kim/grafana-${n}`));

    const pages = await find(lab, "grafana");

    expect(pages.map(({ images, calls }) => [images.length, calls])).toEqual([
      [100, 1],
      [100, 1],
      [100, 1],
    ]);
    expect(lab.hub.requests.map(({ query }) => query.get("from"))).toEqual(["0", "100", "200"]);
  });

  test("loses one repository, not the page, when one has no name", async () => {
    await using lab = await startHub();
    lab.hub.intercept = () => ({
      json: { total: 2, results: [{ short_description: "nameless" }, repository("kim/a")] },
    });

    const [page] = await find(lab, "a");

    expect(page?.images.map(({ id }) => id)).toEqual(["kim/a"]);
    expect(page?.rejected).toMatchObject([{ reason: expect.stringMatching(/^name: /) }]);
  });

  test.each([400, 404])("finds nothing for a term that the Hub answers with %d", async (status) => {
    await using lab = await startHub();
    lab.hub.intercept = () => ({ status, json: { message: "bad request" } });

    expect(await find(lab, "%")).toEqual([{ images: [], rejected: [], calls: 1 }]);
  });

  test("waits until the moment that the Hub's Retry-After names, and goes on", async () => {
    const waits: number[] = [];
    await using lab = await startHub({}, { sleep: async (ms) => void waits.push(ms), now: () => 1_746_136_930_000 });
    lab.hub.others = [repository("kim/a")];
    lab.hub.intercept = () =>
      lab.hub.requests.length > 1 ? undefined : { status: 429, headers: { "retry-after": "1746136938" }, json: {} };

    const [page] = await find(lab, "a");

    expect(page).toMatchObject({ images: [{ id: "kim/a" }], calls: 2 });
    expect(waits[0]).toBeGreaterThanOrEqual(8000);
    expect(waits[0]).toBeLessThan(9000);
  });

  test("throws when the Hub is broken", async () => {
    await using lab = await startHub();
    lab.hub.intercept = ({ path }) => (path === SEARCH ? { status: 503, html: "<html></html>" } : undefined);

    expect(await failureOf(find(lab, "a"))).toMatchObject({ provider: "dockerhub", reason: "invalid-answer" });
  });
});

describe("dockerhub provider, given odd fields", () => {
  const listed = {
    namespace: "library",
    name: "ubuntu",
    description: "Ubuntu",
    date_registered: "2013-07-01T00:00:00Z",
    content_types: ["image"],
    categories: [{ name: "Operating systems", slug: "operating-systems" }],
  };

  test("loses no repository of the list", () => {
    const variants = readVariants(listedRepository, listed);

    expect(lostVariants(variants, "library/ubuntu", ["namespace", "name"])).toEqual([]);
    const others = variants.filter(({ field, image }) => field === "namespace" && image);
    expect(others.filter(({ image }) => image?.extra["is_official"] !== false)).toEqual([]);
  });

  test("loses no repository that was found, and takes none for official or verified that does not say so", () => {
    const variants = readVariants(foundRepository, repository("kim/app"), foundId);

    expect(lostVariants(variants, "kim/app", ["name"])).toEqual([]);
    const read = variants.flatMap(({ field, image }) => (image && field !== "name" ? [image] : []));
    expect(publishersOf(read)).toEqual(read.map(() => ({ name: null, trust: "community" })));
    const nameless = variants.filter(({ field, image }) => field === "name" && !image);
    expect(nameless.map(({ rejected }) => rejected?.id)).toEqual(nameless.map(() => "kim/app"));
  });

  test("does not take the one architecture that it can read for the only one", () => {
    const architectures = [{ name: "amd64" }, { name: null }];
    const variants = readVariants(foundRepository, repository("kim/app", { architectures }));

    expect(variants[0]?.image).toMatchObject({ architecture: null, extra: { architectures: ["amd64"] } });
  });
});

describe("dockerhub provider, refusing to go on", () => {
  describeHttpFailures(async () => {
    const { hub, ...lab } = await startHub();
    return {
      provider: lab.provider,
      answer: ({ status, headers = {}, body }) => (hub.intercept = () => ({ status, headers, html: body })),
      [Symbol.asyncDispose]: () => hub[Symbol.asyncDispose](),
    };
  });

  test("never leaves the Hub, whatever a next page says", async () => {
    await using lab = await startHub();
    lab.hub.intercept = () => ({ json: { next: "https://example.org/v2", results: [] } });

    expect((await failureOf(listAll(lab))).message).toContain("the next page is on https://example.org");
  });

  test("is one source for all backends, however its address is written", () => {
    const keysOf = (options: Partial<BackendOptions>): string[] =>
      dockerhubProvider.create({ ...options }, LIMITS).sources.map(({ key, scope }) => `${scope}: ${key}`);
    expect(keysOf({})).toEqual(["public: dockerhub https://hub.docker.com public"]);
    expect(keysOf({ apiurl: "https://hub.docker.com/v2/" })).toEqual(keysOf({}));
  });
});

async function startHub(
  options: Partial<BackendOptions> = {},
  timing: Parameters<typeof createDockerhubProvider>[2] = { sleep: async () => {} },
): Promise<Subject & { hub: FakeHub }> {
  const hub = await startFakeHub();
  const provider = createDockerhubProvider({ apiurl: hub.url, ...options }, LIMITS, timing);
  const onSecondPage = (answer: FakeAnswer): void => {
    hub.intercept = ({ query }) => (query.get("page") === "2" ? answer : undefined);
  };
  return {
    hub,
    provider,
    offer: (count) => (hub.official = Array.from({ length: count }, (_, n) => `image-${n}`)),
    breakAfterFirstPage: () => onSecondPage({ status: 403, html: "<html>Forbidden</html>" }),
    cutSecondPage: () => onSecondPage({ json: { next: null, results: [] }, cut: true }),
    insertEmptyPage() {
      const next = `${hub.url}${LIST}?page=2&page_size=100&ordering=name&after=empty`;
      hub.intercept = ({ target }) =>
        target.endsWith("page=2&page_size=100&ordering=name") ? { json: { next, results: [] } } : undefined;
    },
    repeatPage() {
      hub.intercept = ({ target }) => ({ json: { next: `${hub.url}${target}`, results: [] } });
    },
    [Symbol.asyncDispose]: () => hub[Symbol.asyncDispose](),
  };
}

async function find({ provider }: Pick<Subject, "provider">, term: string): Promise<ImagePage[]> {
  const [source] = provider.sources;
  if (!source || !provider.findImages) throw new Error("the provider finds nothing");
  const pages: ImagePage[] = [];
  for await (const page of provider.findImages(source, term, new AbortController().signal)) pages.push(page);
  return pages;
}

function publishersOf(images: readonly MachineImage[]): unknown[] {
  return images.map((image) => publisherOf(image, "dockerhub"));
}
