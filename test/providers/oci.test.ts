import { X509Certificate } from "node:crypto";
import { describe, expect, test } from "vitest";
import { ZodError } from "zod";
import { createOciProvider, ociProvider, type OciTuning } from "../../src/providers/oci/provider.ts";
import { readChallenge } from "../../src/providers/oci/read-challenge.ts";
import { openRegistry } from "../../src/providers/oci/registry-access.ts";
import type { BackendOptions } from "../../src/providers/provider.ts";
import { createJsonClient } from "../../src/providers/transport/http/json-client.ts";
import { type FakeAnswer, startJsonServer } from "../fakes/json-server.ts";
import { type FakeRegistry, PASSWORD, refusal, startFakeRegistry, USER } from "../fakes/oci.ts";
import { SERVER } from "../fakes/tls-pairs.ts";
import { describeProviderContract, listAll, pagesOf, type Subject } from "./contract.ts";
import { failureOf, textOf } from "./failure-of.ts";
import { describeHttpFailures } from "./http-failures.ts";
import { identify } from "./identify.ts";

const LIMITS = { allowLinkLocal: false };
const ACCOUNT = { apikey: USER, apisecret: PASSWORD };

describe("oci provider, with an open registry", () => {
  describeProviderContract(() => startOci());

  test("reads every tag of every repository, and asks only for lists", async () => {
    await using oci = await startOci();
    oci.cloud.repositories = { "lab/web": ["1.0", "latest"], db: ["16"] };

    const { images, rejected } = await listAll(oci);

    expect(rejected).toEqual([]);
    expect(images.map(({ id }) => id)).toEqual(["lab/web:1.0", "lab/web:latest", "db:16"]);
    const { host } = new URL(oci.cloud.url);
    expect(images[0]).toEqual({
      id: "lab/web:1.0",
      name: "lab/web:1.0",
      description: null,
      ownerId: null,
      ownerAlias: null,
      platform: null,
      architecture: null,
      visibility: "public",
      owned: false,
      createdAt: null,
      deprecatedAt: null,
      keywords: [host],
      extra: { registry: host, repository: "lab/web", tag: "1.0", reference: `${host}/lab/web:1.0` },
    });
    expect(oci.cloud.requests.map(({ target }) => target)).toEqual([
      "/v2/_catalog?n=100",
      "/v2/lab/web/tags/list?n=1000",
      "/v2/_catalog?n=100&last=lab%2Fweb",
      "/v2/db/tags/list?n=1000",
    ]);
  });

  test("reads tags page by page", async () => {
    await using oci = await startOci();
    oci.cloud.repositories = { db: ["12", "13", "14", "15", "16", "17", "18"] };

    expect((await listAll(oci)).images).toHaveLength(7);
    expect(oci.cloud.requests).toHaveLength(4);
  });

  test("goes on past repositories whose last tag is gone, found or not", async () => {
    await using oci = await startOci();
    oci.cloud.repositories = { empty: [], gone: [], db: ["16"] };
    oci.cloud.intercept = ({ path }) => (path.includes("gone") ? refusal(404, "NAME_UNKNOWN") : undefined);

    expect((await listAll(oci)).images.map(({ id }) => id)).toEqual(["db:16"]);
  });

  test("lists the repositories that are named, without a catalogue", async () => {
    await using oci = await startOci({ tenantName: "lab/web, db" });
    oci.cloud.hasCatalogue = false;
    oci.cloud.repositories = { "lab/web": ["1.0"], db: ["16"], other: ["1"] };

    expect((await listAll(oci)).images.map(({ id }) => id)).toEqual(["db:16", "lab/web:1.0"]);
  });

  test("rejects a name that would lead elsewhere, and goes on", async () => {
    await using oci = await startOci();
    oci.cloud.repositories = { "../../admin": ["1"], "a//b": ["1"], db: ["16"] };

    const { images, rejected } = await listAll(oci);

    expect(images.map(({ id }) => id)).toEqual(["db:16"]);
    expect(rejected.map(({ item }) => item)).toEqual(["../../admin", "a//b"]);
    expect(oci.cloud.requests.map(({ path }) => path).filter((path) => path.endsWith("/list"))).toEqual([
      "/v2/db/tags/list",
    ]);
  });

  test("throws when a named repository is not there", async () => {
    await using oci = await startOci({ tenantName: "lab/web" });

    expect((await failureOf(listAll(oci))).message).toMatch(/lab\/web\/tags\/list: answered 404.*NAME_UNKNOWN/);
  });

  test("never follows a next page on another origin", async () => {
    await using oci = await startOci();
    const headers = { link: '<https://example.org/v2/_catalog?last=db>; rel="next"' };
    oci.cloud.intercept = () => ({ json: { repositories: [] }, headers });

    expect((await failureOf(listAll(oci))).message).toMatch(/next page is on https:\/\/example\.org/);
  });

  test.each([
    { status: 401, reason: "credentials", says: /refuses to list its repositories \(answered 401\).*tenant_name/ },
    { status: 403, reason: "forbidden", says: /refuses to list its repositories \(answered 403\).*tenant_name/ },
    { status: 404, reason: "invalid-answer", says: /has no catalogue.*tenant_name/ },
    { status: 405, reason: "invalid-answer", says: /has no catalogue.*tenant_name/ },
  ])("says what to do when the catalogue is answered with $status", async ({ status, reason, says }) => {
    await using oci = await startOci();
    oci.cloud.intercept = () => refusal(status, "NO");

    const error = await failureOf(listAll(oci));

    expect(error.reason).toBe(reason);
    expect(error.message).toMatch(says);
  });
});

describe("oci provider, with a registry that wants a token", () => {
  describeProviderContract(() => startOci(ACCOUNT, "token"));

  test("asks for a token for each thing, and is refused but once", async () => {
    await using oci = await startOci(ACCOUNT, "token");
    oci.cloud.isAnonymous = false;
    oci.cloud.repositories = { "lab/web": ["1.0"], db: ["16"] };

    const { images } = await listAll(oci);

    expect(images).toMatchObject([{ visibility: "private" }, { visibility: "private" }]);
    const tokens = oci.cloud.requests.filter(({ path }) => path === "/token").map(({ query }) => query.get("scope"));
    expect(tokens).toEqual(["registry:catalog:*", "repository:lab/web:pull", "repository:db:pull"]);
    expect(oci.cloud.requests).toHaveLength(5 + tokens.length);
  });

  test("asks for a new one when it expires", async () => {
    await using oci = await startOci(ACCOUNT, "token");
    oci.cloud.tokenUses = 1;
    oci.cloud.repositories = { db: ["12", "13", "14", "15", "16", "17", "18"] };

    expect((await listAll(oci)).images).toHaveLength(7);
  });

  test("asks as nobody without an account, and lists what everybody sees", async () => {
    await using oci = await startOci({}, "token");
    oci.cloud.repositories = { db: ["16"] };

    expect((await listAll(oci)).images).toMatchObject([{ id: "db:16", visibility: "public" }]);

    expect(oci.cloud.requests.filter(({ headers }) => headers.authorization?.startsWith("Basic"))).toEqual([]);
  });

  test.each([
    { what: "a wrong password", options: { ...ACCOUNT, apisecret: "wrong-one" } },
    { what: "no account where one is needed", options: {} },
  ])("throws for $what", async ({ options }) => {
    await using oci = await startOci(options, "token");
    oci.cloud.isAnonymous = false;

    expect(await failureOf(listAll(oci))).toMatchObject({ provider: "oci", reason: "credentials" });
  });

  test("never shows the password to a registry that wants tokens, whatever their service says", async () => {
    await using oci = await startOci({ ...ACCOUNT, apisecret: "wrong-one" }, "token");
    oci.cloud.tokenChallenge = 'Basic realm="tokens"';

    const error = await failureOf(listAll(oci));

    expect(error.reason).toBe("credentials");
    expect(error.message).toMatch(
      /\/token, which gives the registry's tokens, does not know this user name and password/,
    );
    expect(oci.cloud.requests.map(({ path, headers }) => [path, headers.authorization?.split(" ")[0]])).toEqual([
      ["/v2/_catalog", undefined],
      ["/token", "Basic"],
    ]);
  });

  test("asks for no other token when a new one is refused", async () => {
    await using oci = await startOci(ACCOUNT, "token");
    oci.cloud.tokenUses = 0;

    expect(await failureOf(listAll(oci))).toMatchObject({ reason: "credentials" });

    expect(oci.cloud.requests.map(({ path }) => path)).toEqual(["/v2/_catalog", "/token", "/v2/_catalog"]);
  });

  test.each([
    { realm: "ftp://tokens.example.org/", reason: "invalid-answer", says: /expected an address of https or http/ },
    { realm: "file:///etc/passwd", reason: "invalid-answer", says: /expected an address of https or http/ },
    { realm: "http://kim@tokens.example.org/", reason: "invalid-answer", says: /expected an address of https or http/ },
    { realm: "http://169.254.169.254/token", reason: "refused-address", says: /169\.254\.169\.254 is a link-local/ },
  ])("sends no password to $realm", async ({ realm, reason, says }) => {
    await using oci = await startOci(ACCOUNT);
    const headers = { "www-authenticate": `Bearer realm="${realm}",service="s"` };
    oci.cloud.intercept = () => ({ ...refusal(401, "UNAUTHORIZED"), headers });

    const error = await failureOf(listAll(oci));

    expect(error.reason).toBe(reason);
    expect(error.message).toMatch(says);
  });

  test("sends no password in the clear when the registry is reached by TLS", async () => {
    const headers = { "www-authenticate": 'Bearer realm="http://127.0.0.1/token"' };
    await using server = await startJsonServer(() => ({ status: 401, headers, json: {} }), { tls: SERVER });
    const trusted = [new X509Certificate(SERVER.certificate)];
    const { signal } = new AbortController();
    await using client = createJsonClient({
      provider: "oci",
      scope: "lab",
      limits: LIMITS,
      signal,
      identity: { trusted },
    });
    const registry = openRegistry(client, { basic: "a2ltOnB3" });

    const error = await failureOf(registry.get(new URL(`${server.url}/v2/_catalog`), "registry:catalog:*"));

    expect(error.message).toMatch(/sends to http:\/\/127\.0\.0\.1\/token for tokens; expected an address of https$/);
  });

  test("keeps password and token out of every error, their causes included", async () => {
    await using oci = await startOci(ACCOUNT, "token");
    const basic = Buffer.from(`${USER}:${PASSWORD}`).toString("base64");
    oci.cloud.repositories = { db: ["16"] };
    oci.cloud.intercept = ({ path, headers }) =>
      path.includes("/tags/") ? { status: 403, json: { echo: [PASSWORD, basic, headers.authorization] } } : undefined;

    const said = textOf(await failureOf(listAll(oci)));

    expect(said).toContain("[secret]");
    for (const secret of [PASSWORD, basic, "oci-token"]) expect(said).not.toContain(secret);
  });
});

describe("oci provider, with a registry that wants a password", () => {
  test("shows it", async () => {
    await using oci = await startOci(ACCOUNT, "basic");
    oci.cloud.repositories = { db: ["16"] };

    expect((await listAll(oci)).images).toMatchObject([{ id: "db:16" }]);
  });

  test("shows a wrong one but once", async () => {
    await using oci = await startOci({ ...ACCOUNT, apisecret: "wrong-one" }, "basic");

    expect(await failureOf(listAll(oci))).toMatchObject({ reason: "credentials" });

    expect(oci.cloud.requests).toHaveLength(2);
  });

  test("shows it no second time to what refuses it", async () => {
    await using oci = await startOci(ACCOUNT, "basic");
    oci.cloud.repositories = { db: ["16"] };
    const headers = { "www-authenticate": 'Basic realm="lab"' };
    oci.cloud.intercept = ({ path }) => (path.includes("/tags/") ? { status: 401, headers, json: {} } : undefined);

    expect(await failureOf(listAll(oci))).toMatchObject({ reason: "credentials" });

    expect(oci.cloud.requests.map(({ path }) => path)).toEqual(["/v2/_catalog", "/v2/_catalog", "/v2/db/tags/list"]);
  });

  test("says so when it has none", async () => {
    await using oci = await startOci({}, "basic");

    const error = await failureOf(listAll(oci));

    expect(error.reason).toBe("credentials");
    expect(error.message).toMatch(/needs a user name and a password/);
  });
});

describe("oci provider, with repositories out of reach", () => {
  test("names the part of every page, also of a repository without tags", async () => {
    await using oci = await startOci();
    oci.cloud.repositories = { "lab/web": ["1.0"], empty: [], db: ["16"] };

    const pages = await pagesOf(oci);

    expect(pages.map(({ part }) => part).filter((part) => part !== undefined)).toEqual(["lab/web", "empty", "db"]);
  });

  test.each([
    { what: "is closed", status: 403, reason: "forbidden" },
    { what: "breaks", status: 500, reason: "invalid-answer" },
    { what: "is throttled", status: 429, reason: "throttled" },
  ])("goes on without a repository that $what", async ({ status, reason }) => {
    await using oci = await startOci();
    oci.cloud.repositories = { "lab/web": ["1.0"], "secret/app": ["1"], "lab/db": ["2.0"] };
    oci.cloud.intercept = ({ path }) => (path.includes("secret") ? refusal(status, "NO") : undefined);

    const { images, failedParts } = await listAll(oci);

    expect(images.map(({ id }) => id)).toEqual(["lab/web:1.0", "lab/db:2.0"]);
    const message = expect.stringMatching(/^secret\/app: oci .*answered/) as unknown;
    expect(failedParts).toEqual([{ part: "secret/app", reason, message }]);
  });

  test("takes one for closed that the account's tokens do not open, and no account for refused", async () => {
    await using oci = await startOci(ACCOUNT, "token");
    oci.cloud.repositories = { "lab/web": ["1.0"], "secret/app": ["1"] };
    const headers = { "www-authenticate": `Bearer realm="${oci.cloud.url}/token",service="registry.example.org"` };
    oci.cloud.intercept = ({ path }) => (path.includes("secret") ? { status: 401, headers, json: {} } : undefined);

    const { images, failedParts } = await listAll(oci);

    expect(images).toMatchObject([{ id: "lab/web:1.0" }]);
    expect(failedParts).toMatchObject([{ part: "secret/app", reason: "forbidden" }]);
  });

  test("takes one for closed that wants a password of everybody", async () => {
    await using oci = await startOci();
    oci.cloud.repositories = { "lab/web": ["1.0"], "secret/app": ["1"] };
    const headers = { "www-authenticate": 'Basic realm="lab"' };
    oci.cloud.intercept = ({ path }) => (path.includes("secret") ? { status: 401, headers, json: {} } : undefined);

    expect(await listAll(oci)).toMatchObject({
      images: [{ id: "lab/web:1.0" }],
      failedParts: [{ part: "secret/app", reason: "forbidden" }],
    });
  });

  test("throws at once when the password is refused in between", async () => {
    await using oci = await startOci(ACCOUNT, "basic");
    oci.cloud.repositories = { "lab/web": ["1.0"], db: ["16"] };
    const headers = { "www-authenticate": 'Basic realm="lab"' };
    oci.cloud.intercept = ({ path }) => (path.includes("/db/") ? { status: 401, headers, json: {} } : undefined);

    expect(await failureOf(listAll(oci))).toMatchObject({ reason: "credentials" });
  });

  test("tells of a named repository that is not there, and lists the others", async () => {
    await using oci = await startOci({ tenantName: "db,lab/web" });
    oci.cloud.repositories = { db: ["16"] };

    expect(await listAll(oci)).toMatchObject({
      images: [{ id: "db:16" }],
      failedParts: [{ part: "lab/web", reason: "forbidden" }],
    });
  });

  test.each([
    { limits: { retryMs: 0, totalMs: Infinity }, asked: [5, 1, 1], says: /answered 500/ },
    { limits: { retryMs: 0, totalMs: 0 }, asked: [5, 0, 1], says: /not asked/ },
  ])("does not wait for ever for many of them: $limits", async ({ limits, asked, says }) => {
    await using oci = await startOci({}, "open", { atOnce: 1, patience: limits });
    oci.cloud.repositories = { ok: ["1"], a: ["1"], b: ["1"] };
    oci.cloud.intercept = ({ path }) => (/\/v2\/[ab]\//.test(path) ? refusal(500, "UNKNOWN") : undefined);

    const { images, failedParts } = await listAll(oci);

    const askedOf = (name: string): number =>
      oci.cloud.requests.filter(({ path }) => path === `/v2/${name}/tags/list`).length;
    expect(["a", "b", "ok"].map(askedOf)).toEqual(asked);
    expect(images).toMatchObject([{ id: "ok:1" }]);
    expect(failedParts).toMatchObject([{ part: "a" }, { part: "b", message: expect.stringMatching(says) }]);
  });

  test("rejects a tag that is none, and reads the others", async () => {
    await using oci = await startOci();
    oci.cloud.intercept = ({ path }) =>
      path.endsWith("_catalog")
        ? { json: { repositories: ["db", 7, null] } }
        : { json: { name: "db", tags: ["16", null, 7, {}, "17"] } };

    const { images, rejected } = await listAll(oci);

    expect(images.map(({ id }) => id)).toEqual(["db:16", "db:17"]);
    expect(rejected).toHaveLength(5);
  });

  test.each([{ json: {} }, { json: { errors: [] } }, { json: { tags: "16" } }])(
    "does not take $json for an empty list",
    async (answer) => {
      await using oci = await startOci({ tenantName: "db" });
      oci.cloud.intercept = () => answer;

      expect(await failureOf(listAll(oci))).toMatchObject({ reason: "invalid-answer" });
    },
  );
});

describe("oci provider, asked whose images it lists", () => {
  test.each([{ auth: "basic" }, { auth: "token" }] as const)("names the user, by $auth", async ({ auth }) => {
    await using oci = await startOci(ACCOUNT, auth);

    expect(await identify(oci.provider)).toBe(USER);
  });

  test.each([
    { what: "a registry that asks for no password", auth: "open", options: {} },
    { what: "a name that everybody has", auth: "token", options: { apikey: "_json_key" } },
    { what: "a token that is for somebody else", auth: "token", options: {}, subject: "robot" },
    { what: "a token that is for nobody", auth: "token", options: {}, subject: "" },
  ] as const)("tells of nobody for $what", async ({ auth, options, ...others }) => {
    await using oci = await startOci({ ...ACCOUNT, ...options }, auth);
    Object.assign(oci.cloud, others);
    oci.cloud.isAnyName = true;

    expect(await identify(oci.provider)).toBeUndefined();
  });

  test.each([{ auth: "basic" }, { auth: "token" }] as const)(
    "throws for a wrong password, by $auth",
    async ({ auth }) => {
      await using oci = await startOci({ ...ACCOUNT, apisecret: "wrong-one" }, auth);

      expect(await failureOf(identify(oci.provider))).toMatchObject({ reason: "credentials" });
    },
  );

  test("asks nothing without an account", async () => {
    await using oci = await startOci({}, "token");

    expect(oci.provider.identify).toBeUndefined();
  });

  test("has little patience", async () => {
    await using oci = await startOci(ACCOUNT, "basic");
    oci.cloud.intercept = () => refusal(503, "UNAVAILABLE");

    await failureOf(identify(oci.provider));

    expect(oci.cloud.requests.filter(({ headers }) => headers.authorization !== undefined)).toHaveLength(2);
  });
});

describe("a challenge", () => {
  test.each([
    [null, null],
    ['Negotiate realm="x"', null],
    ["Bearer", null],
    ["basic", { scheme: "basic" }],
    ['Basic realm="lab"', { scheme: "basic" }],
    [
      'Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:a/b:pull,push"',
      { scheme: "bearer", realm: "https://auth.docker.io/token", service: "registry.docker.io" },
    ],
    ["Bearer  service=s , realm=https://a/t", { scheme: "bearer", realm: "https://a/t", service: "s" }],
    ['Bearer realm="/to\\"ken"', { scheme: "bearer", realm: '/to"ken', service: undefined }],
  ])("is read from %s", (header, expected) => {
    expect(readChallenge(header)).toEqual(expected);
  });
});

describe("oci provider, refusing to go on", () => {
  describeHttpFailures(async () => {
    const oci = await startOci({ tenantName: "db" });
    return {
      provider: oci.provider,
      answer: ({ status, headers = {}, body }) => (oci.cloud.intercept = () => ({ status, headers, html: body })),
      [Symbol.asyncDispose]: () => oci[Symbol.asyncDispose](),
    };
  });

  test.each([
    { field: "apiurl", options: { apiurl: undefined } },
    { field: "apiurl", options: { apiurl: "registry.example.org:5000" } },
    { field: "apisecret", options: { apikey: "kim" } },
    { field: "apikey", options: { apisecret: "secret" } },
    { field: "apikey", options: { apikey: "kim:secret", apisecret: "secret" } },
    { field: "tenantName", options: { tenantName: "Lab/Web" } },
    { field: "tenantName", options: { tenantName: "../../secrets" } },
    { field: "tenantName", options: { tenantName: " , " } },
  ])("names $field when the options are $options", ({ field, options }) => {
    const all = { apiurl: "https://registry.example.org", ...options };

    const create = (): unknown => ociProvider.create(all, LIMITS);

    expect(create).toThrow(ZodError);
    expect(create).toThrow(expect.objectContaining({ issues: [expect.objectContaining({ path: [field] })] }));
  });

  test.each([
    ["https://docker.io", "Docker Hub"],
    ["https://hub.docker.com/r/library", "Docker Hub"],
    ["https://index.docker.io/v2/", "Docker Hub"],
    ["https://registry-1.docker.io", "Docker Hub"],
    ["https://ghcr.io", "GitHub's registry"],
  ])("says that %s has no catalogue, before it is asked", (apiurl, name) => {
    const create = (): unknown => ociProvider.create({ apiurl }, LIMITS);

    const message = expect.stringMatching(`${name} has no catalogue.*library/ubuntu`) as unknown;
    expect(create).toThrow(
      expect.objectContaining({ issues: [expect.objectContaining({ path: ["tenantName"], message })] }),
    );
  });

  test("calls Docker Hub's repositories by their full names, and it by one", () => {
    const { sources } = ociProvider.create({ apiurl: "https://docker.io/", tenantName: "ubuntu,grafana/loki" }, LIMITS);

    expect(sources.map(({ key }) => key)).toEqual([
      "oci https://registry-1.docker.io public grafana/loki,library/ubuntu",
    ]);
  });

  test("is one source for all backends of a registry, another with names, and one of its own with an account", () => {
    const keysOf = (options: Partial<BackendOptions>): string[] =>
      ociProvider
        .create({ apiurl: "https://registry.example.org/v2/", ...options }, LIMITS)
        .sources.map(({ key, scope }) => `${scope}: ${key}`);

    expect(keysOf({})).toEqual(["public: oci https://registry.example.org public"]);
    expect(keysOf({ tenantName: "lab/web,db" })).toEqual([
      "public: oci https://registry.example.org public db,lab/web",
    ]);
    expect(keysOf(ACCOUNT)).toEqual(["own: oci https://registry.example.org own"]);
    expect(keysOf({ ...ACCOUNT, tenantName: "db" })).toEqual(["own: oci https://registry.example.org own db"]);
  });
});

async function startOci(
  options: Partial<BackendOptions> = {},
  auth: FakeRegistry["auth"] = "open",
  tuning: Partial<OciTuning> = {},
): Promise<Subject & { cloud: FakeRegistry }> {
  const cloud = await startFakeRegistry();
  cloud.auth = auth;
  const provider = createOciProvider({ apiurl: `${cloud.url}/v2/`, ...options }, LIMITS, {
    timing: { sleep: async () => {} },
    ...tuning,
  });
  const afterFirstRepository = (answer: FakeAnswer): void => {
    cloud.intercept = ({ path }) => (/^\/v2\/lab\/r[1-9]\//.test(path) ? answer : undefined);
  };
  return {
    cloud,
    provider,
    offer(count) {
      const tags = Array.from({ length: count }, (_, n) => `${n}.0`);
      const byRepository = Object.groupBy(tags, (_, n) => `lab/r${Math.floor(n / 2)}`);
      cloud.repositories = Object.fromEntries(Object.entries(byRepository).map(([name, those = []]) => [name, those]));
    },
    breakAfterFirstPage: () => afterFirstRepository(refusal(403, "DENIED")),
    cutSecondPage: () => afterFirstRepository({ json: { tags: ["9.0"] }, cut: true }),
    parts: {
      offer() {
        cloud.repositories = { "lab/web": ["1.0"], db: ["16"] };
        return ["lab/web", "db"];
      },
      break: (part = "") =>
        (cloud.intercept = ({ path }) =>
          path.includes(`/v2/${part}`) && path.endsWith("/tags/list") ? refusal(500, "UNKNOWN") : undefined),
    },
    insertEmptyPage: () =>
      (cloud.intercept = ({ path, query }) =>
        path === "/v2/_catalog" && !query.has("last")
          ? { json: { repositories: [] }, headers: { link: "</v2/_catalog?n=100&last=>; rel=next" } }
          : undefined),
    repeatPage: () =>
      (cloud.intercept = ({ path, target }) =>
        path === "/v2/_catalog"
          ? { json: { repositories: [] }, headers: { link: `<${target}>; rel="next"` } }
          : undefined),
    [Symbol.asyncDispose]: () => cloud[Symbol.asyncDispose](),
  };
}
