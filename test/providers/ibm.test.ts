import { describe, expect, test } from "vitest";
import { ZodError } from "zod";
import { accountInToken } from "../../src/providers/ibm/find-account.ts";
import { createIbmProvider, ibmProvider } from "../../src/providers/ibm/provider.ts";
import type { BackendOptions } from "../../src/providers/provider.ts";
import { API_KEY, IAM_ID, type FakeIbm, ibmImage, OWN_ACCOUNT, ownImage, refusal, startFakeIbm } from "../fakes/ibm.ts";
import type { FakeAnswer } from "../fakes/json-server.ts";
import { describeProviderContract, listAll, type Subject } from "./contract.ts";
import { failureOf, textOf } from "./failure-of.ts";
import { describeHttpFailures } from "./http-failures.ts";
import { identify } from "./identify.ts";
import { expectOddFieldsRead } from "./odd-fields.ts";

const LIMITS = { allowLinkLocal: false };

describe("ibm provider, a region's public images", () => {
  describeProviderContract(() => startIbm());

  test("signs in with the API key, and asks for public images of generation 2, page by page", async () => {
    await using ibm = await startIbm();
    ibm.offer(3);

    expect((await listAll(ibm)).images).toHaveLength(3);

    const asked = ibm.cloud.requests.map(({ method, target }) => `${method} ${target}`);
    const images = "GET /v1/images?version=2025-06-30&generation=2&limit=100&visibility=public";
    expect(asked).toEqual(["POST /identity/token", images, `${images}&start=at-2`]);
    expect(ibm.cloud.requests.at(-1)?.headers.authorization).toMatch(/^Bearer ibm-token\./);
  });

  test("reads an image, and keeps all that the API says", async () => {
    await using ibm = await startIbm();
    ibm.cloud.images = [ibmImage(1), ownImage(2)];

    const { images, rejected } = await listAll(ibm);

    expect(rejected).toEqual([]);
    expect(images).toEqual([
      {
        id: "r006-6795c5a0-d10f-4a89-aa93-000000000001",
        name: "ibm-redhat-8-8-minimal-amd64-1",
        description: null,
        ownerId: "811f8abfbd32425597dc7ba40da98fa6",
        ownerAlias: null,
        platform: "Red Hat Enterprise Linux",
        architecture: "amd64",
        visibility: "public",
        owned: false,
        createdAt: "2025-04-11T04:35:45.000Z",
        deprecatedAt: null,
        keywords: [
          "Red Hat Enterprise Linux 8.x - Minimal Install (amd64)",
          "red-8-amd64",
          "Red Hat",
          "8.x - Minimal Install",
        ],
        extra: Object.fromEntries(Object.entries(ibmImage(1)).filter(([name]) => name !== "id" && name !== "name")),
      },
    ]);
  });

  test.each([
    {
      what: "when it is to be deprecated",
      fields: { deprecation_at: "2027-01-01T00:00:00Z" },
      expected: { deprecatedAt: "2027-01-01T00:00:00.000Z" },
    },
    {
      what: "an obsolete one without a time as deprecated from its beginning",
      fields: { status: "obsolete" },
      expected: { deprecatedAt: "2025-04-11T04:35:45.000Z", extra: { status: "obsolete" } },
    },
    {
      what: "the owner from the resource name",
      fields: { remote: undefined },
      expected: { ownerId: "811f8abfbd32425597dc7ba40da98fa6" },
    },
    {
      what: "one without a system",
      fields: { operating_system: undefined, crn: undefined, remote: undefined, name: "" },
      expected: { platform: null, architecture: null, ownerId: null, name: null, keywords: [] },
    },
  ])("reads $what", async ({ fields, expected }) => {
    await using ibm = await startIbm();
    ibm.cloud.images = [ibmImage(1, fields)];

    expect((await listAll(ibm)).images).toMatchObject([expected]);
  });

  test("loses one image, not the page, when one cannot be read", async () => {
    await using ibm = await startIbm();
    ibm.cloud.images = [ibmImage(1, { id: 7 }), ibmImage(2)];

    const { images, rejected } = await listAll(ibm);

    expect(images).toHaveLength(1);
    expect(rejected).toMatchObject([{ reason: expect.stringMatching(/^id: /) }]);
  });

  test("signs in anew when the token expires, and repeats the page", async () => {
    await using ibm = await startIbm();
    ibm.offer(5);
    ibm.cloud.tokenUses = 1;

    expect((await listAll(ibm)).images).toHaveLength(5);

    expect(ibm.cloud.requests.filter(({ path }) => path === "/identity/token")).toHaveLength(3);
  });

  test.each([
    { href: "https://example.org/v1/images?start=at-2", says: /next page is on https:\/\/example\.org/ },
    { href: "/v1/images?limit=100", says: /next page has no start/ },
  ])("never follows $href", async ({ href, says }) => {
    await using ibm = await startIbm();
    ibm.cloud.intercept = () => ({ json: { images: [], next: { href } } });

    const error = await failureOf(listAll(ibm));

    expect(error.reason).toBe("invalid-answer");
    expect(error.message).toMatch(says);
  });
});

describe("ibm provider, the account's own view", () => {
  describeProviderContract(() => startOwn());

  test("tells its own images from those shared with it", async () => {
    await using ibm = await startOwn();
    const remote = { account: { id: "e3f1", resource_type: "account" } };
    ibm.cloud.images = [ibmImage(1), ownImage(2), ownImage(3, { remote })];

    const { images } = await listAll(ibm);

    expect(images).toMatchObject([
      { name: "my-image-2", visibility: "private", owned: true, ownerId: OWN_ACCOUNT },
      { name: "my-image-3", visibility: "shared", owned: false, ownerId: "e3f1" },
    ]);
    expect(images).toHaveLength(2);
  });
});

describe("ibm provider, an image with odd fields", () => {
  test.each(["public", "own"])("is read as long as its id is: %s", async (scope) => {
    await using ibm = await (scope === "own" ? startOwn() : startIbm());
    const image = scope === "own" ? ownImage : ibmImage;

    const byOddness = await expectOddFieldsRead({
      item: (n) => image(n, { deprecation_at: "2031-01-01T00:00:00Z" }),
      idField: "id",
      idOf: ({ id }) => String(id),
      list(items) {
        // The API answers only those of the visibility that is asked for.
        ibm.cloud.intercept = () => ({ json: { images: items } });
        return listAll(ibm);
      },
    });

    const isOdd = (what: string): boolean => what.startsWith("visibility = ");
    const said = [...byOddness].filter(([what]) => isOdd(what)).map(([, { visibility }]) => visibility);
    expect(said).not.toContain("public");
    expect(scope === "own" || [...byOddness.values()].every(({ owned }) => !owned)).toBe(true);
  });

  test.each([7, "x", true, [], { account: 7 }, { account: {} }])(
    "is not the account's own for remote %j",
    async (remote) => {
      await using ibm = await startOwn();
      ibm.cloud.images = [ownImage(1, { remote })];

      expect((await listAll(ibm)).images).toMatchObject([{ owned: false, visibility: "shared" }]);
    },
  );

  test("is not shown to others when it says that it is private", async () => {
    await using ibm = await startIbm();
    ibm.cloud.intercept = () => ({ json: { images: [ibmImage(1), ownImage(2)] } });

    expect((await listAll(ibm)).images).toHaveLength(1);
  });
});

describe("ibm provider, who asks", () => {
  test("is the account and the identity that IAM's token is for", async () => {
    await using ibm = await startIbm();

    expect(await identify(ibm.provider)).toBe(`${OWN_ACCOUNT} ${IAM_ID}`);
    expect(ibm.cloud.requests.map(({ path }) => path)).toEqual(["/identity/token"]);
  });

  test("is not known of a key that is refused", async () => {
    await using ibm = await startIbm();

    expect((await failureOf(identify(ibm.rewired({ apisecret: "other" })))).reason).toBe("credentials");
  });

  test.each(["opaque", "a.b.c", `a.${Buffer.from("{}").toString("base64url")}.c`])(
    "is not told by the token %s",
    (token) => {
      expect(accountInToken(token)).toBeUndefined();
    },
  );
});

describe("ibm provider, refusing to go on", () => {
  describeHttpFailures(async () => {
    const ibm = await startIbm();
    return {
      provider: ibm.provider,
      answer: ({ status, headers = {}, body }) => (ibm.cloud.intercept = () => ({ status, headers, html: body })),
      [Symbol.asyncDispose]: () => ibm[Symbol.asyncDispose](),
    };
  });

  test("calls an unknown API key wrong credentials", async () => {
    await using ibm = await startIbm();

    const error = await failureOf(listAll({ provider: ibm.rewired({ apisecret: "other" }) }));

    expect(error).toMatchObject({ provider: "ibm", scope: "us-south", reason: "credentials" });
    expect(error.message).toMatch(/identity\/token: answered 400, the credentials were refused.*BXNIM0415E/);
  });

  test("keeps API key and token out of every error, its causes included", async () => {
    await using ibm = await startIbm();
    ibm.cloud.intercept = ({ headers }) => ({ status: 403, json: { echo: [API_KEY, headers.authorization] } });

    const said = textOf(await failureOf(listAll(ibm)));

    expect(said).toContain("[secret]");
    expect(said).not.toContain(API_KEY);
    expect(said).not.toContain("ibm-token");
  });

  test.each([
    { field: "region", wrong: undefined },
    { field: "region", wrong: "us-south.example.org/" },
    { field: "apisecret", wrong: undefined },
    { field: "apisecret", wrong: "" },
    { field: "apiurl", wrong: "us-south.iaas.cloud.ibm.com" },
  ])("names $field when it is $wrong", ({ field, wrong }) => {
    const options = { region: "us-south", apisecret: API_KEY, [field]: wrong };

    const create = (): unknown => ibmProvider.create(options, LIMITS);

    expect(create).toThrow(ZodError);
    expect(create).toThrow(expect.objectContaining({ issues: [expect.objectContaining({ path: [field] })] }));
  });

  test("is one source for all backends of a region, and another by another endpoint", () => {
    const sourcesOf = (apiurl?: string): unknown =>
      ibmProvider.create({ region: "us-south", apisecret: API_KEY, apiurl }, LIMITS).sources;

    expect(sourcesOf()).toEqual([
      { key: "ibm us-south own", scope: "own" },
      { key: "ibm us-south public", scope: "public" },
    ]);
    expect(sourcesOf("https://us-south.private.iaas.cloud.ibm.com/v1")).toEqual([
      { key: "ibm us-south own https://us-south.private.iaas.cloud.ibm.com", scope: "own" },
      { key: "ibm us-south public https://us-south.private.iaas.cloud.ibm.com", scope: "public" },
    ]);
  });
});

interface IbmSubject extends Subject {
  readonly cloud: FakeIbm;
  /** The provider with other options, on the same cloud. */
  rewired(options: Partial<BackendOptions>): Subject["provider"];
}

async function startIbm(image: typeof ibmImage = ibmImage): Promise<IbmSubject> {
  const cloud = await startFakeIbm();
  const tuning = { timing: { sleep: async () => {} }, tokenUrl: new URL("/identity/token", cloud.url) };
  const rewired = (others: Partial<BackendOptions>): Subject["provider"] =>
    createIbmProvider({ region: "us-south", apiurl: `${cloud.url}/v1`, apisecret: API_KEY, ...others }, LIMITS, tuning);
  const onLaterPage = (answer: FakeAnswer): void => {
    cloud.intercept = ({ query }) => (query.has("start") ? answer : undefined);
  };
  return {
    cloud,
    provider: rewired({}),
    rewired,
    offer: (count) => (cloud.images = Array.from({ length: count }, (_, n) => image(n + 1))),
    breakAfterFirstPage: () => onLaterPage(refusal(403, "forbidden")),
    cutSecondPage: () => onLaterPage({ json: { images: [image(3)] }, cut: true }),
    insertEmptyPage: () =>
      (cloud.intercept = ({ query }) =>
        query.get("start") === "at-2" ? { json: { images: [], next: { href: "/v1/images?start=at-02" } } } : undefined),
    repeatPage: () =>
      (cloud.intercept = () => ({ json: { images: [image(1)], next: { href: "/v1/images?start=at-2" } } })),
    [Symbol.asyncDispose]: () => cloud[Symbol.asyncDispose](),
  };
}

/** As `startIbm`, but the account's own source is listed. */
async function startOwn(): Promise<IbmSubject> {
  const ibm = await startIbm(ownImage);
  const [source] = ibm.provider.sources;
  return { ...ibm, ...(source && { source }) };
}
