import { describe, expect, test } from "vitest";
import { ZodError } from "zod";
import { azureProvider, type AzureTuning, createAzureProvider } from "../../src/providers/azure/provider.ts";
import type { BackendOptions } from "../../src/providers/provider.ts";
import {
  CLIENT_ID,
  communityRow,
  type FakeAzure,
  IMAGES_PATH,
  managedImage,
  marketplaceVersion,
  SECRET,
  startFakeAzure,
  SUBSCRIPTION,
  TENANT,
} from "../fakes/azure.ts";
import type { FakeAnswer } from "../fakes/json-server.ts";
import { describeProviderContract, listAll, type Subject } from "./contract.ts";
import { failureOf, textOf } from "./failure-of.ts";
import { describeHttpFailures } from "./http-failures.ts";
import { identify } from "./identify.ts";
import { expectOddFieldsRead } from "./odd-fields.ts";

const LIMITS = { allowLinkLocal: false };
const CREDENTIALS = { tenantName: SUBSCRIPTION, apikey: `${TENANT}/${CLIENT_ID}`, apisecret: SECRET };
const FORBIDDEN: FakeAnswer = { status: 403, json: { error: { code: "AuthorizationFailed" } } };

describe("azure provider, a location's public images", () => {
  describeProviderContract(() => startAzure({ atOnce: 1 }));

  test("signs in, and asks for publishers, offers, SKUs and versions with properties", async () => {
    await using azure = await startAzure({ atOnce: 1 });
    azure.cloud.shelves = { Canonical: { "ubuntu 24": { server: [marketplaceVersion("24.04.1")] } } };

    await listAll(azure);

    const paths = azure.cloud.requests.map(({ path, query }) => path + (query.get("$expand") ?? ""));
    const offers = `${IMAGES_PATH}/locations/westeurope/publishers/Canonical/artifacttypes/vmimage/offers`;
    expect(paths).toEqual([
      "/metadata/endpoints",
      `/login/${TENANT}/oauth2/v2.0/token`,
      `${IMAGES_PATH}/locations/westeurope/publishers`,
      offers,
      `${offers}/ubuntu%2024/skus`,
      `${offers}/ubuntu%2024/skus/server/versionsproperties/imageDeprecationStatus`,
      "/providers/Microsoft.ResourceGraph/resources",
      "/providers/Microsoft.ResourceGraph/resources",
    ]);
    expect(azure.cloud.requests.at(-1)?.headers.authorization).toBe("Bearer azure-token-1");
  });

  test("reads a version of the Marketplace under Libcloud's names, and keeps the rest", async () => {
    await using azure = await startAzure();
    const plan = { publisher: "redhat", name: "rhel-lvm810-gen2", product: "rhel-byos" };
    azure.cloud.shelves = {
      RedHat: { "rhel-byos": { "rhel-lvm810-gen2": [marketplaceVersion("8.10.2024060517", { plan })] } },
    };

    const { images, rejected } = await listAll(azure);

    expect(rejected).toEqual([]);
    expect(images).toEqual([
      {
        id: "RedHat:rhel-byos:rhel-lvm810-gen2:8.10.2024060517",
        name: "RedHat rhel-byos rhel-lvm810-gen2 8.10.2024060517",
        description: null,
        ownerId: "RedHat",
        ownerAlias: null,
        platform: "linux",
        architecture: "x64",
        visibility: "public",
        owned: false,
        createdAt: null,
        deprecatedAt: null,
        keywords: ["redhat", "rhel-lvm810-gen2", "rhel-byos"],
        extra: {
          publisher: "RedHat",
          offer: "rhel-byos",
          sku: "rhel-lvm810-gen2",
          version: "8.10.2024060517",
          location: "westeurope",
          hyperVGeneration: "V2",
          architecture: "x64",
          replicaType: "Managed",
          osDiskImage: { operatingSystem: "Linux", sizeInGb: 30 },
          imageDeprecationStatus: { imageState: "Active" },
          features: [{ name: "SecurityType", value: "TrustedLaunchSupported" }],
          plan,
        },
      },
    ]);
    expect(JSON.stringify(images)).not.toContain(SUBSCRIPTION);
  });

  test.each([
    {
      what: "Windows on Arm",
      properties: { osDiskImage: { operatingSystem: "Windows" }, architecture: "Arm64" },
      expected: { platform: "windows", architecture: "arm64" },
    },
    {
      what: "when it is to be deprecated",
      properties: {
        imageDeprecationStatus: {
          imageState: "ScheduledForDeprecation",
          scheduledDeprecationTime: "2027-03-01T00:00:00+00:00",
        },
      },
      expected: { deprecatedAt: "2027-03-01T00:00:00.000Z" },
    },
    {
      what: "one that is deprecated without a time",
      properties: { imageDeprecationStatus: { imageState: "Deprecated", alternativeOption: { type: "Offer" } } },
      expected: { deprecatedAt: "1970-01-01T00:00:00.000Z" },
    },
    {
      what: "one of which only the name is known",
      properties: { osDiskImage: undefined, architecture: undefined, imageDeprecationStatus: undefined },
      expected: { platform: null, architecture: null, deprecatedAt: null },
    },
  ])("reads $what", async ({ properties, expected }) => {
    await using azure = await startAzure();
    azure.cloud.shelves = { P: { o: { s: [marketplaceVersion("1.0.0", properties)] } } };

    expect((await listAll(azure)).images).toMatchObject([expected]);
  });

  test("finds all of a large Marketplace with several requests under way", async () => {
    await using azure = await startAzure({ atOnce: 4 });
    azure.cloud.shelves = Object.fromEntries(
      range(6).map((p) => [
        `publisher-${p}`,
        Object.fromEntries(
          range(3).map((o) => [
            `offer-${o}`,
            Object.fromEntries(range(3).map((s) => [`sku-${s}`, [marketplaceVersion("1"), marketplaceVersion("2")]])),
          ]),
        ),
      ]),
    );

    const { images, calls } = await listAll(azure);

    expect(new Set(images.map(({ id }) => id)).size).toBe(6 * 3 * 3 * 2);
    // Endpoints, token, publishers, 6 times offers, 18 times SKUs, 54 times versions, and two questions to the graph.
    expect(calls).toBe(3 + 6 + 18 + 54 + 2);
  });

  test("passes over a publisher that went away while the listing was under way", async () => {
    await using azure = await startAzure();
    azure.offer(1);
    azure.cloud.intercept = ({ path }) =>
      path.endsWith("/publishers") ? { json: [{ name: "Gone" }, { name: "Canonical" }] } : undefined;

    expect((await listAll(azure)).images).toHaveLength(1);
  });

  test("waits as long as Retry-After says, more often than others would", async () => {
    const waits: number[] = [];
    await using azure = await startAzure({ atOnce: 1 }, waits);
    azure.offer(1);
    let refusals = 8;
    azure.cloud.intercept = ({ path }) =>
      path.endsWith("/versions") && refusals-- > 0
        ? { status: 429, headers: { "retry-after": "17" }, json: { error: { code: "SubscriptionRequestsThrottled" } } }
        : undefined;

    expect((await listAll(azure)).images).toHaveLength(1);
    expect(waits).toEqual(Array.from({ length: 8 }, () => 17_000));
  });

  test("gives up the waits of all requests under way when one is refused", async () => {
    const ended: string[] = [];
    const sleep = (ms: number, signal: AbortSignal): Promise<void> =>
      new Promise((resolve, reject) => {
        if (ms < 290_000) return resolve();
        signal.addEventListener("abort", () => {
          ended.push("a wait");
          reject(new Error("aborted"));
        });
      });
    await using azure = await startAzure({ atOnce: 3, timing: { sleep, tries: 100, random: () => 0 } });
    azure.offer(6);
    const throttled: string[] = [];
    azure.cloud.intercept = ({ path }) => {
      if (!path.endsWith("/versions")) return undefined;
      if (path.includes("/sku-2/") && throttled.length === 2) return { status: 401, json: {} };
      const wait = path.includes("/sku-2/") ? "0" : "290";
      if (wait === "290") throttled.push(path);
      return { status: 429, headers: { "retry-after": wait }, json: {} };
    };

    expect((await failureOf(listAll(azure))).reason).toBe("credentials");

    expect(ended).toEqual(["a wait", "a wait"]);
  });

  test("signs in once for all requests that met an expired token", async () => {
    await using azure = await startAzure({ atOnce: 4 });
    azure.offer(16);
    azure.cloud.tokenUses = 6;

    expect((await listAll(azure)).images).toHaveLength(16);

    const signIns = azure.cloud.requests.filter(({ path }) => path.endsWith("/token"));
    expect(signIns.length).toBeLessThanOrEqual(4);
  });

  test("lists community galleries, each version with what its definition says", async () => {
    await using azure = await startAzure();
    const endOfLifeDate = "2030-01-01T00:00:00Z";
    const identifier = { publisher: "Flatcar", offer: "flatcar", sku: "stable" };
    azure.cloud.community = [
      communityRow("flatcar-23485951/stable-amd64", {
        osType: "Linux",
        architecture: "x64",
        identifier,
        endOfLifeDate,
      }),
      communityRow("flatcar-23485951/stable-amd64/3815.2.0", { publishedDate: "2024-02-13T10:00:00+01:00" }),
      communityRow("flatcar-23485951/stable-amd64/3815.2.1"),
      communityRow("flatcar-23485951/stable-amd64/3815.2.2"),
      communityRow("orphan-1/unknown/1.0.0"),
    ];

    const { images, rejected } = await listAll(azure);

    expect(rejected).toEqual([]);
    expect(images).toHaveLength(4);
    expect(images[0]).toMatchObject({
      id: "/communityGalleries/flatcar-23485951/images/stable-amd64/versions/3815.2.0",
      name: "flatcar-23485951 stable-amd64 3815.2.0",
      ownerId: "flatcar-23485951",
      ownerAlias: "Flatcar",
      visibility: "community",
      owned: false,
      platform: "linux",
      architecture: "x64",
      createdAt: "2024-02-13T09:00:00.000Z",
      deprecatedAt: "2030-01-01T00:00:00.000Z",
      keywords: ["Flatcar", "flatcar", "stable"],
      extra: { gallery: "flatcar-23485951", definition: "stable-amd64", version: "3815.2.0", location: "westeurope" },
    });
    expect(images[3]).toMatchObject({ name: "orphan-1 unknown 1.0.0", platform: null });
    expect(JSON.stringify(images)).not.toContain(SUBSCRIPTION);
  });

  test("does without community galleries where there is no Resource Graph", async () => {
    await using azure = await startAzure();
    azure.offer(1);
    azure.cloud.intercept = ({ path }) => (path.includes("ResourceGraph") ? { status: 404, json: {} } : undefined);

    expect((await listAll(azure)).images).toHaveLength(1);
  });

  test("throws when the community galleries cannot be listed to their end", async () => {
    await using azure = await startAzure();
    azure.cloud.community = range(5).map((n) => communityRow(`g/i/${n}`));
    azure.cloud.intercept = ({ body }) => (JSON.stringify(body)?.includes("$skipToken") ? FORBIDDEN : undefined);

    expect((await failureOf(listAll(azure))).reason).toBe("forbidden");
  });
});

describe("azure provider, what the subscription sees", () => {
  describeProviderContract(() => startOwn());

  test("reads an image of the subscription, and leaves out those of other locations", async () => {
    await using azure = await startOwn();
    azure.cloud.images = [managedImage(1, { location: "West Europe" }), managedImage(2, { location: "eastus" })];

    const { images } = await listAll(azure);

    expect(images).toMatchObject([
      {
        id: `/subscriptions/${SUBSCRIPTION}/resourceGroups/lab/providers/Microsoft.Compute/images/golden-1`,
        name: "golden-1",
        ownerId: SUBSCRIPTION,
        platform: "linux",
        architecture: null,
        visibility: "private",
        owned: true,
        keywords: ["platform"],
        extra: { location: "West Europe", tags: { team: "platform" }, hyperVGeneration: "V2" },
      },
    ]);
  });

  test.each([
    { permissions: "Private", visibility: "private" },
    { permissions: "Groups", visibility: "shared" },
    { permissions: "Community", visibility: "community" },
    { permissions: undefined, visibility: "private" },
  ])("reads the versions of its own galleries that were copied to the location ($permissions)", async (given) => {
    await using azure = await startOwn();
    const images = {
      web: {
        properties: { osType: "Windows", description: "IIS" },
        versions: [ownVersion("1.0.0"), ownVersion("2.0.0", "East US")],
      },
    };
    azure.cloud.galleries = [{ name: "golden", ...(given.permissions && { permissions: given.permissions }), images }];

    const listed = await listAll(azure);

    expect(listed.images).toMatchObject([
      {
        id: `${IMAGES_PATH}/galleries/golden/images/web/versions/1.0.0`,
        name: "golden web 1.0.0",
        description: "IIS",
        ownerId: SUBSCRIPTION,
        platform: "windows",
        visibility: given.visibility,
        owned: true,
        createdAt: "2025-05-06T07:08:09.000Z",
        deprecatedAt: "2026-01-01T00:00:00.000Z",
      },
    ]);
  });

  test("lists galleries shared with the subscription and with its tenant, an image shared twice once", async () => {
    await using azure = await startOwn();
    const gallery = (name: string): FakeAzure["shared"][string] => ({
      name,
      images: { base: { properties: { osType: "Linux" }, versions: [sharedVersion(name)] } },
    });
    azure.cloud.shared = { "sub-1-TEAM": gallery("sub-1-TEAM") };
    azure.cloud.sharedWithTenant = { "sub-1-TEAM": gallery("sub-1-TEAM"), "sub-2-ALL": gallery("sub-2-ALL") };

    const { images } = await listAll(azure);

    expect(images.map(({ id }) => id).toSorted()).toEqual([
      "/SharedGalleries/sub-1-TEAM/Images/base/Versions/1.0.0",
      "/SharedGalleries/sub-2-ALL/Images/base/Versions/1.0.0",
    ]);
    expect(images).toMatchObject([
      { visibility: "shared", owned: false },
      { visibility: "shared", owned: false },
    ]);
  });

  test("never follows a next page on another origin", async () => {
    await using azure = await startOwn();
    azure.cloud.intercept = ({ path }) =>
      path.endsWith("/images") ? { json: { value: [], nextLink: "https://example.org/images?page=2" } } : undefined;

    expect((await failureOf(listAll(azure))).message).toMatch(/next page is on https:\/\/example\.org/);
  });
});

describe("azure provider, parts out of reach", () => {
  test("lists the subscription's own where the galleries shared with it are closed to it", async () => {
    await using azure = await startOwn();
    azure.offer(1);
    azure.cloud.intercept = ({ path }) => (path.endsWith("/sharedGalleries") ? FORBIDDEN : undefined);

    const { images, failedParts } = await listAll(azure);

    expect(images).toHaveLength(1);
    expect(failedParts?.map(({ part, reason }) => [part, reason])).toEqual([
      ["shared galleries", "forbidden"],
      ["tenant galleries", "forbidden"],
    ]);
  });

  test("throws where nobody knows which galleries there are", async () => {
    await using azure = await startOwn();
    azure.offer(1);
    azure.cloud.intercept = ({ path }) => (path.endsWith("/galleries") ? { status: 501, json: {} } : undefined);

    expect((await failureOf(listAll(azure))).reason).toBe("invalid-answer");
  });

  test("asks no publisher any more once three in a row did not answer", async () => {
    await using azure = await startAzure({ atOnce: 1, timing: { tries: 1 } });
    azure.cloud.shelves = Object.fromEntries(range(9).map((n) => [`P${n}`, { offer: skusOf(1) }]));
    azure.cloud.intercept = ({ path }) =>
      /\/P[1-8]\//.test(path) ? { status: 429, json: { error: { code: "TooManyRequests" } } } : undefined;

    const { images, failedParts } = await listAll(azure);

    expect(images).toHaveLength(1);
    expect(failedParts?.map(({ part }) => part)).toHaveLength(9);
    expect(azure.cloud.requests.filter(({ path }) => /\/P[1-8]\//.test(path))).toHaveLength(3);
  });
});

describe("azure provider, an image with odd fields", () => {
  const tags = { team: "platform" };

  test("of the Marketplace is read as long as its name is", async () => {
    await using azure = await startAzure();
    const plan = { publisher: "redhat", name: "rhel", product: "rhel-byos" };

    await expectOddFieldsRead({
      item: (n) => ({ ...marketplaceVersion(`1.0.${n}`, { plan }), tags }),
      idField: "name",
      idOf: ({ name }) => `P:o:s:${String(name)}`,
      list(items) {
        azure.cloud.shelves = { P: { o: { s: [...items] } } };
        return listAll(azure);
      },
    });
  });

  test("of the subscription is read as long as its id is", async () => {
    await using azure = await startOwn();

    const byOddness = await expectOddFieldsRead({
      item: (n) => managedImage(n),
      idField: "id",
      idOf: ({ id }) => String(id),
      async list(items) {
        // Those that say that they are elsewhere are left out.
        const here = items.map((item) => (item["location"] === "x" ? { ...item, location: undefined } : item));
        azure.cloud.images = here;
        return listAll(azure);
      },
    });

    expect(new Set([...byOddness.values()].map(({ visibility }) => visibility))).toEqual(new Set(["private"]));
  });

  test("of a gallery of its own is read as long as its id is", async () => {
    await using azure = await startOwn();

    await expectOddFieldsRead({
      item: (n) => ({
        ...ownVersion(`1.0.${n}`),
        tags,
        location: "westeurope",
        properties: {
          publishingProfile: { targetRegions: [{ name: "westeurope" }], publishedDate: "2025-05-06T07:08:09Z" },
        },
      }),
      idField: "id",
      idOf: ({ id }) => String(id),
      list(items) {
        const versions = items.filter((item) => !JSON.stringify(item).includes('"name":"x"}]'));
        const elsewhere = items.filter((item) => !versions.includes(item));
        const asked = [...versions, ...elsewhere.map((item) => ({ ...item, properties: {} }))];
        azure.cloud.galleries = [{ name: "golden", permissions: "x", images: { web: { versions: asked } } }];
        return listAll(azure);
      },
    });
  });

  test("of a community gallery is read as long as its id is", async () => {
    await using azure = await startAzure();

    await expectOddFieldsRead({
      item: (n) => ({ ...communityRow(`flatcar-2/stable/1.0.${n}`, { publishedDate: "2024-02-13T10:00:00Z" }), tags }),
      idField: "id",
      idOf: ({ id }) => String(id).slice(String(id).indexOf("/communityGalleries/")),
      list(items) {
        // Resource Graph answers the rows of a type and a location.
        azure.cloud.intercept = ({ path, body }) =>
          path.includes("ResourceGraph") && JSON.stringify(body).includes("images/versions'")
            ? { json: { data: items } }
            : undefined;
        return listAll(azure);
      },
    });
  });
});

describe("azure provider, who asks", () => {
  test("is the principal in its subscription, once it signed in", async () => {
    await using azure = await startAzure();

    expect(await identify(azure.provider)).toBe(`${SUBSCRIPTION} ${CLIENT_ID}`);
    expect(azure.cloud.requests.at(-1)?.path).toBe(`/login/${TENANT}/oauth2/v2.0/token`);
  });

  test("is not known of a secret that is refused", async () => {
    await using azure = await startAzure();

    const error = await failureOf(identify(azure.rewired({ apisecret: "wrong" })));

    expect(error.reason).toBe("credentials");
  });
});

describe("azure provider, refusing to go on", () => {
  describeHttpFailures(async () => {
    const azure = await startAzure();
    return {
      provider: azure.provider,
      answer: ({ status, headers = {}, body }) => (azure.cloud.intercept = () => ({ status, headers, html: body })),
      [Symbol.asyncDispose]: () => azure[Symbol.asyncDispose](),
    };
  });

  test.each([
    { what: "a wrong secret", wrong: { apisecret: "wrong" } },
    { what: "an unknown application", wrong: { apikey: `${TENANT}/unknown` } },
  ])("calls $what wrong credentials", async ({ wrong }) => {
    await using azure = await startAzure();

    const error = await failureOf(listAll({ provider: azure.rewired(wrong) }));

    expect(error.reason).toBe("credentials");
    expect(error.message).toMatch(/oauth2\/v2.0\/token: answered 401.*AADSTS7000215/);
  });

  test("keeps secret and token out of every error, its causes included", async () => {
    await using azure = await startAzure();
    azure.cloud.intercept = ({ headers }) => ({ status: 403, json: { echo: [SECRET, headers.authorization] } });

    const said = textOf(await failureOf(listAll(azure)));

    expect(said).toContain("[secret]");
    expect(said).not.toContain(SECRET);
    expect(said).not.toContain("azure-token");
  });

  test.each([
    { field: "region", wrong: undefined },
    { field: "region", wrong: "../eastus" },
    { field: "tenantName", wrong: undefined },
    { field: "tenantName", wrong: "my-subscription" },
    { field: "apikey", wrong: undefined },
    { field: "apikey", wrong: CLIENT_ID },
    { field: "apisecret", wrong: undefined },
    { field: "apiurl", wrong: "management.azure.com" },
  ])("names $field when it is $wrong", ({ field, wrong }) => {
    const options = { region: "westeurope", ...CREDENTIALS, [field]: wrong };

    const create = (): unknown => azureProvider.create(options, LIMITS);

    expect(create).toThrow(ZodError);
    expect(create).toThrow(expect.objectContaining({ issues: [expect.objectContaining({ path: [field] })] }));
  });

  test("is one source for all backends of a location, however that is written", () => {
    const sourcesOf = (region: string, apiurl?: string): unknown =>
      azureProvider.create({ region, ...CREDENTIALS, apiurl }, LIMITS).sources;

    expect(sourcesOf("West Europe")).toEqual([
      { key: "azure westeurope own", scope: "own" },
      { key: "azure westeurope public", scope: "public" },
    ]);
    expect(sourcesOf("chinaeast2", "https://management.chinacloudapi.cn/")).toEqual([
      { key: "azure chinaeast2 own https://management.chinacloudapi.cn", scope: "own" },
      { key: "azure chinaeast2 public https://management.chinacloudapi.cn", scope: "public" },
    ]);
  });
});

interface AzureSubject extends Subject {
  readonly cloud: FakeAzure;
  /** The provider with other options, on the same cloud. */
  rewired(options: Partial<BackendOptions>): Subject["provider"];
}

/** Two versions to a SKU, so that each SKU is a page. */
async function startAzure(tuning: Partial<AzureTuning> = {}, waits: number[] = []): Promise<AzureSubject> {
  const cloud = await startFakeAzure();
  const timing = { tries: 10, sleep: async (ms: number) => waits.push(ms), random: () => 0 };
  const rewired = (others: Partial<BackendOptions>): Subject["provider"] =>
    createAzureProvider({ region: "West Europe", apiurl: cloud.url, ...CREDENTIALS, ...others }, LIMITS, {
      timing,
      ...tuning,
    });
  const onSecondPage = (answer: FakeAnswer): void => {
    cloud.intercept = ({ path }) => (path.endsWith("/sku-1/versions") ? answer : undefined);
  };
  return {
    cloud,
    provider: rewired({}),
    rewired,
    offer: (count) => (cloud.shelves = { Canonical: { ubuntu: skusOf(count) } }),
    breakAfterFirstPage: () => onSecondPage(FORBIDDEN),
    cutSecondPage: () => onSecondPage({ json: [marketplaceVersion("1.0.0")], cut: true }),
    parts: {
      offer() {
        cloud.shelves = {
          Canonical: { ubuntu: skusOf(1) },
          RedHat: { rhel: skusOf(1) },
        };
        cloud.community = [communityRow("flatcar-2/stable"), communityRow("flatcar-2/stable/1.0.0")];
        return ["publisher Canonical", "publisher RedHat", "community galleries"];
      },
      break: (part = "") =>
        (cloud.intercept = ({ path }) =>
          path.includes(part.replace("publisher ", "/publishers/")) && !path.endsWith("/publishers")
            ? { status: 501, json: { error: { code: "NotImplemented" } } }
            : undefined),
    },
    insertEmptyPage: () => (cloud.shelves = { Empty: { offer: { sku: [] } }, ...cloud.shelves }),
    [Symbol.asyncDispose]: () => cloud[Symbol.asyncDispose](),
  };
}

/** As `startAzure`, but the subscription's own source is listed, with images of the subscription. */
async function startOwn(): Promise<AzureSubject> {
  const azure = await startAzure({ atOnce: 1 });
  const { cloud } = azure;
  const [source] = azure.provider.sources;
  const isImages = (path: string): boolean => path === `${IMAGES_PATH}/images`;
  const onLaterPage = (answer: FakeAnswer): void => {
    cloud.intercept = ({ path, query }) => (isImages(path) && query.has("$skiptoken") ? answer : undefined);
  };
  return {
    ...azure,
    ...(source && { source }),
    parts: {
      offer() {
        cloud.images = [managedImage(1)];
        cloud.galleries = [{ name: "golden", images: { web: { versions: [ownVersion("1.0.0")] } } }];
        cloud.shared = { "other-1": { name: "other", images: { base: { versions: [sharedVersion("other-1")] } } } };
        return ["gallery golden", "images", "shared gallery other-1"];
      },
      break: (part = "") =>
        (cloud.intercept = ({ path }) =>
          path.endsWith(part.replace("gallery golden", "/galleries/golden/images")) && path.endsWith("/images")
            ? { status: 501, json: { error: { code: "NotImplemented" } } }
            : undefined),
    },
    offer: (count) => (cloud.images = range(count).map((n) => managedImage(n))),
    breakAfterFirstPage: () => onLaterPage(FORBIDDEN),
    cutSecondPage: () => onLaterPage({ json: { value: [managedImage(1)] }, cut: true }),
    insertEmptyPage: () =>
      (cloud.intercept = ({ path, query }) => {
        if (!isImages(path) || query.get("$skiptoken") !== "2" || query.has("pause")) return undefined;
        return { json: { value: [], nextLink: `${path}?${query.toString()}&pause=1` } };
      }),
    repeatPage: () =>
      (cloud.intercept = ({ path, query }) =>
        isImages(path) ? { json: { value: [managedImage(1)], nextLink: `${path}?${query.toString()}` } } : undefined),
  };
}

function skusOf(count: number): Record<string, Record<string, unknown>[]> {
  const versions = range(count).map((n) => marketplaceVersion(`1.0.${n}`));
  return Object.fromEntries(
    range(Math.ceil(count / 2)).map((sku) => [`sku-${sku}`, versions.slice(sku * 2, sku * 2 + 2)]),
  );
}

function ownVersion(name: string, region = "West Europe"): Record<string, unknown> {
  return {
    id: `${IMAGES_PATH}/galleries/golden/images/web/versions/${name}`,
    name,
    location: "northeurope",
    properties: {
      publishingProfile: {
        targetRegions: [{ name: "North Europe" }, { name: region }],
        publishedDate: "2025-05-06T07:08:09Z",
        endOfLifeDate: "2026-01-01T00:00:00Z",
      },
    },
  };
}

function sharedVersion(gallery: string): Record<string, unknown> {
  const uniqueId = `/SharedGalleries/${gallery}/Images/base/Versions/1.0.0`;
  return { name: "1.0.0", location: "westeurope", identifier: { uniqueId }, properties: { excludeFromLatest: false } };
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, n) => n);
}
