import { X509Certificate } from "node:crypto";
import { describe, expect, test } from "vitest";
import { ZodError } from "zod";
import { createIncusProvider, incusProvider } from "../../src/providers/incus/provider.ts";
import type { BackendOptions } from "../../src/providers/provider.ts";
import { type FakeIncus, incusImage, refusal, startFakeIncus, TOKEN } from "../fakes/incus.ts";
import type { FakeAnswer } from "../fakes/json-server.ts";
import { CLIENT, OTHER, SERVER } from "../fakes/tls-pairs.ts";
import { describeProviderContract, listAll, pagesOf, type Subject } from "./contract.ts";
import { failureOf, textOf } from "./failure-of.ts";
import { describeHttpFailures } from "./http-failures.ts";
import { identify } from "./identify.ts";
import { expectOddFieldsRead } from "./odd-fields.ts";

const LIMITS = { allowLinkLocal: false };
const FINGERPRINT = "06b86454720d36b20f94e31c6812e05ec51c1b568cf3a8abd273769d21330001";

describe("incus provider, with a token", () => {
  describeProviderContract(() => startIncus({ apisecret: TOKEN }));

  test("reads an image, and keeps all that the API says", async () => {
    await using incus = await startIncus({ apisecret: TOKEN });
    incus.cloud.projects = { default: [incusImage(1)] };

    const { images, rejected } = await listAll(incus);

    expect(rejected).toEqual([]);
    expect(images).toEqual([
      {
        id: FINGERPRINT,
        name: "ubuntu-22.04-1",
        description: "Ubuntu jammy amd64 (20210323)",
        ownerId: "default",
        ownerAlias: null,
        platform: "Ubuntu",
        architecture: "x86_64",
        visibility: "private",
        owned: true,
        createdAt: "2021-03-24T00:00:00.000Z",
        deprecatedAt: null,
        keywords: [
          "ubuntu-22.04-1",
          "Our preferred Ubuntu image",
          "Ubuntu",
          "jammy",
          "cloud",
          "Ubuntu jammy amd64 (20210323)",
          "default",
          "container",
          "06b86454720d36b20f94e31c6812e05ec51c1b568cf3a8abd273769d213394bb.rootfs",
        ],
        extra: incusImage(1),
      },
    ]);
  });

  test.each([
    { what: "a public one", fields: { public: true }, expected: { visibility: "public", owned: true } },
    {
      what: "when it becomes obsolete",
      fields: { expires_at: "2025-03-23T20:00:00-04:00" },
      expected: { deprecatedAt: "2025-03-24T00:00:00.000Z" },
    },
    {
      what: "one without an alias by its description",
      fields: { aliases: [], created_at: "1970-01-01T00:00:00Z" },
      expected: { name: "Ubuntu jammy amd64 (20210323)", createdAt: null },
    },
    {
      what: "one that hardly anything is said about",
      fields: { aliases: null, properties: null, profiles: null, architecture: "" },
      expected: { name: null, description: null, platform: null, architecture: null },
    },
  ])("reads $what", async ({ fields, expected }) => {
    await using incus = await startIncus({ apisecret: TOKEN });
    incus.cloud.projects = { default: [incusImage(1, fields)] };

    expect((await listAll(incus)).images).toMatchObject([expected]);
  });

  test("lists every project, and the same image in two of them as two", async () => {
    await using incus = await startIncus({ apisecret: TOKEN });
    incus.cloud.projects = { default: [incusImage(1)], "my lab": [incusImage(1)] };

    expect((await listAll(incus)).images).toMatchObject([
      { id: FINGERPRINT, ownerId: "default" },
      { id: `my lab/${FINGERPRINT}`, ownerId: "my lab" },
    ]);
  });

  test("lists the default project's images once, though others borrow them", async () => {
    await using incus = await startIncus({ apisecret: TOKEN });
    incus.cloud.projects = { default: [incusImage(1)] };
    incus.cloud.borrowers = ["web", "mail"];

    expect((await listAll(incus)).images).toMatchObject([{ id: FINGERPRINT, ownerId: "default" }]);

    const asked = incus.cloud.requests.map(({ target }) => target);
    expect(asked).toEqual(["/1.0", "/1.0/projects?recursion=1", "/1.0/images?recursion=1&project=web"]);
  });

  test("lists one project when told which", async () => {
    await using incus = await startIncus({ apisecret: TOKEN, tenantName: "my lab" });
    incus.cloud.projects = { default: [incusImage(1)], "my lab": [incusImage(2)] };

    expect((await listAll(incus)).images).toMatchObject([{ name: "ubuntu-22.04-2", ownerId: "my lab" }]);

    expect(incus.cloud.requests.map(({ target }) => target)).toEqual([
      "/1.0",
      "/1.0/images?recursion=1&project=my+lab",
    ]);
  });

  test("loses one image, not the project, when one cannot be read", async () => {
    await using incus = await startIncus({ apisecret: TOKEN });
    incus.cloud.projects = { default: [incusImage(1, { fingerprint: null }), incusImage(2)] };

    const { images, rejected } = await listAll(incus);

    expect(images).toHaveLength(1);
    expect(rejected).toMatchObject([{ reason: expect.stringMatching(/^fingerprint: /) }]);
  });

  test("throws when the server does not trust the token, though it answers", async () => {
    await using incus = await startIncus({ apisecret: "eyJhbGciOiJFUzM4NCJ9.another.token" });
    incus.cloud.projects = { default: [incusImage(1, { public: true })] };

    const error = await failureOf(listAll(incus));

    expect(error).toMatchObject({ provider: "incus", reason: "credentials" });
    expect(error.message).toMatch(/trusts neither certificate nor token \(auth: untrusted\)/);
  });
});

describe("incus provider, with odd answers and projects out of reach", () => {
  test("reads an image whatever its fields are, as long as it has a fingerprint", async () => {
    await using incus = await startIncus({ apisecret: TOKEN });

    const read = await expectOddFieldsRead({
      item: (n) => incusImage(n, { public: true }),
      idField: "fingerprint",
      idOf: ({ fingerprint }) => String(fingerprint),
      list(images) {
        incus.cloud.projects = { default: [...images] };
        return listAll(incus);
      },
    });

    const odd = [...read].filter(([what]) => /^public = (?!true|missing)/.test(what)).map(([, image]) => image);
    expect(odd.map(({ visibility }) => visibility)).toEqual(odd.map(() => "private"));
    expect(odd).toHaveLength(5);
  });

  test("names the part of every page, also of a project without images", async () => {
    await using incus = await startIncus({ apisecret: TOKEN });
    incus.cloud.projects = { default: [incusImage(1)], empty: [] };

    expect((await pagesOf(incus)).map(({ part }) => part)).toEqual(["project default", "project empty"]);
  });

  test.each([
    { what: "is closed", status: 403, reason: "forbidden" },
    { what: "breaks", status: 500, reason: "invalid-answer" },
  ])("goes on without a project that $what", async ({ status, reason }) => {
    await using incus = await startIncus({ apisecret: TOKEN });
    incus.cloud.projects = { lab: [incusImage(1)], default: [incusImage(2)] };
    incus.cloud.intercept = ({ query }) => (query.get("project") === "lab" ? refusal(status, "no") : undefined);

    const { images, failedParts } = await listAll(incus);

    expect(images).toMatchObject([{ name: "ubuntu-22.04-2" }]);
    const message = expect.stringMatching(/^project lab: incus /) as unknown;
    expect(failedParts).toEqual([{ part: "project lab", reason, message }]);
  });

  test("takes a project that went in between for no part", async () => {
    await using incus = await startIncus({ apisecret: TOKEN });
    incus.cloud.projects = { lab: [incusImage(1)], default: [incusImage(2)] };
    incus.cloud.intercept = ({ query }) => (query.get("project") === "lab" ? refusal(404, "not found") : undefined);

    const pages = await pagesOf(incus);

    expect(pages.flatMap(({ failedParts }) => failedParts ?? [])).toEqual([]);
    expect(pages.map(({ part }) => part)).toEqual([undefined, "project default"]);
  });

  test.each([403, 404, 500])(
    "asks by another project for the default one's images when one answers %d",
    async (status) => {
      await using incus = await startIncus({ apisecret: TOKEN });
      incus.cloud.projects = { default: [incusImage(1)] };
      incus.cloud.borrowers = ["web", "mail"];
      incus.cloud.intercept = ({ query }) => (query.get("project") === "web" ? refusal(status, "no") : undefined);

      expect(await listAll(incus)).toMatchObject({ images: [{ id: FINGERPRINT }], rejected: [] });
    },
  );

  test("throws when the only project to list is not there", async () => {
    await using incus = await startIncus({ apisecret: TOKEN, tenantName: "lab" });

    expect((await failureOf(listAll(incus))).message).toMatch(/answered 404/);
  });
});

describe("incus provider, asked whose images it lists", () => {
  const USER = { auth_user_method: "oidc", auth_user_name: "kim@example.org" };

  test.each([
    { what: "the user that the server names", client: USER, options: {}, expected: "oidc kim@example.org" },
    {
      what: "the project too, where it is one",
      client: USER,
      options: { tenantName: "lab" },
      expected: "oidc kim@example.org project lab",
    },
    { what: "nobody where the server does not tell", client: {}, options: {}, expected: undefined },
    { what: "nobody for a name without end", client: { auth_user_name: "x".repeat(250) }, options: {} },
    { what: "no secret", client: { auth_user_name: TOKEN }, options: {} },
  ])("names $what", async ({ client, options, expected }) => {
    await using incus = await startIncus({ apisecret: TOKEN, ...options });
    incus.cloud.client = client;

    expect(await identify(incus.provider)).toBe(expected);
  });

  test("names the certificate by its fingerprint, told or not", async () => {
    const fingerprint = new X509Certificate(CLIENT.certificate).fingerprint256.replaceAll(":", "").toLowerCase();
    const mine = { apikey: `${CLIENT.certificate}\n${SERVER.certificate}`, apisecret: CLIENT.key };
    await using incus = await startIncus(mine, true);

    expect(await identify(incus.provider)).toBe(`tls ${fingerprint}`);

    incus.cloud.client = { auth_user_method: "tls", auth_user_name: fingerprint };
    expect(await identify(incus.provider)).toBe(`tls ${fingerprint}`);
  });

  test("throws when the server does not trust it, though it answers", async () => {
    await using incus = await startIncus({ apisecret: "eyJhbGciOiJFUzM4NCJ9.another.token" });
    incus.cloud.client = USER;

    expect(await failureOf(identify(incus.provider))).toMatchObject({ reason: "credentials" });
  });

  test("asks nothing without credentials", async () => {
    await using incus = await startIncus({});

    expect(incus.provider.identify).toBeUndefined();
  });
});

describe("incus provider, without credentials", () => {
  test("lists the public images of the default project, as everybody's", async () => {
    await using incus = await startIncus({});
    incus.cloud.projects = { default: [incusImage(1), incusImage(2, { public: true })], lab: [incusImage(3)] };

    expect((await listAll(incus)).images).toMatchObject([
      { name: "ubuntu-22.04-2", visibility: "public", owned: false, ownerId: "default" },
    ]);

    expect(incus.cloud.requests.map(({ target }) => target)).toEqual(["/1.0/images?recursion=1"]);
  });

  test("lists the public images of one project, from a server that is known by its own certificate", async () => {
    await using incus = await startIncus({ tenantName: "lab", caCert: SERVER.certificate }, true);
    incus.cloud.projects = { default: [incusImage(1, { public: true })], lab: [incusImage(3, { public: true })] };

    expect((await listAll(incus)).images).toMatchObject([{ name: "ubuntu-22.04-3", ownerId: "lab" }]);
    expect(incus.provider.sources[0]?.scope).toBe("public");
  });

  test("is one source for all backends then, and one of its own with credentials", () => {
    const keysOf = (options: Partial<BackendOptions>): string[] =>
      incusProvider
        .create({ apiurl: "https://incus.example.org:8443/1.0/", ...options }, LIMITS)
        .sources.map(({ key, scope }) => `${scope}: ${key}`);

    expect(keysOf({})).toEqual(["public: incus https://incus.example.org:8443 public"]);
    expect(keysOf({})).toEqual(keysOf({}));
    expect(keysOf({ apisecret: TOKEN, tenantName: "lab" })).toEqual([
      "own: incus https://incus.example.org:8443 lab own",
    ]);
  });
});

describe("incus provider, over TLS", () => {
  const MY = { apikey: CLIENT.certificate, apisecret: CLIENT.key };

  test("shows its certificate to a server that is known by its own, whatever that is called", async () => {
    await using incus = await startIncus({ ...MY, apikey: `${CLIENT.certificate}\n${SERVER.certificate}` }, true);
    incus.offer(3);

    expect((await listAll(incus)).images).toHaveLength(3);
  });

  test("takes the certificates in any order, and their lines as settings join them", async () => {
    const apikey = `${SERVER.certificate}\n${CLIENT.certificate}`.replaceAll("\n", "\\n");
    await using incus = await startIncus({ apikey, apisecret: CLIENT.key.replaceAll("\n", "\\n") }, true);
    incus.offer(3);

    expect((await listAll(incus)).images).toHaveLength(3);
  });

  test("shows a token only to a server that it knows", async () => {
    await using incus = await startIncus({ apikey: SERVER.certificate, apisecret: TOKEN }, true);
    incus.offer(3);

    expect((await listAll(incus)).images).toHaveLength(3);

    const stranger = incus.rewired({ apikey: OTHER.certificate, apisecret: TOKEN });
    const asked = incus.cloud.requests.length;
    expect(await failureOf(listAll({ provider: stranger }))).toMatchObject({ reason: "unreachable" });
    expect(incus.cloud.requests).toHaveLength(asked);
  });

  test("does not speak with a server that nobody vouches for", async () => {
    await using incus = await startIncus(MY, true);

    const error = await failureOf(listAll(incus));

    expect(error.reason).toBe("unreachable");
    expect(error.message).toMatch(/self-signed certificate/);
  });

  test("throws when the server does not trust the certificate", async () => {
    const apikey = `${OTHER.certificate}\n${SERVER.certificate}`;
    await using incus = await startIncus({ apikey, apisecret: OTHER.key }, true);

    expect((await failureOf(listAll(incus))).reason).toBe("credentials");
  });
});

describe("incus provider, refusing to go on", () => {
  describeHttpFailures(async () => {
    const incus = await startIncus({ apisecret: TOKEN });
    return {
      provider: incus.provider,
      answer: ({ status, headers = {}, body }) => (incus.cloud.intercept = () => ({ status, headers, html: body })),
      [Symbol.asyncDispose]: () => incus[Symbol.asyncDispose](),
    };
  });

  test("keeps the token out of every error, its causes included", async () => {
    await using incus = await startIncus({ apisecret: TOKEN });
    incus.cloud.intercept = ({ headers }) => ({ status: 403, json: { error: headers.authorization } });

    const said = textOf(await failureOf(listAll(incus)));

    expect(said).toContain("[secret]");
    expect(said).not.toContain(TOKEN);
  });

  const MINE = { apikey: CLIENT.certificate, apisecret: CLIENT.key };

  test.each([
    { what: "an address without a protocol", field: "apiurl", options: { apiurl: "incus.example.org:8443" } },
    { what: "no address", field: "apiurl", options: { apiurl: undefined } },
    { what: "a certificate without a key", field: "apisecret", options: { apikey: CLIENT.certificate } },
    { what: "a key without a certificate", field: "apikey", options: { apisecret: CLIENT.key } },
    { what: "another certificate's key", field: "apisecret", options: { ...MINE, apisecret: OTHER.key } },
    { what: "half a key", field: "apisecret", options: { ...MINE, apisecret: CLIENT.key.slice(0, 90) } },
    { what: "a certificate that is none", field: "apikey", options: { ...MINE, apikey: "client.crt" } },
    {
      what: "a broken certificate",
      field: "apikey",
      options: { ...MINE, apikey: CLIENT.certificate.replace("MII", "xxx") },
    },
  ])("names $field for $what", ({ field, options }) => {
    const all = { apiurl: "https://incus.example.org:8443", ...options };

    const create = (): unknown => incusProvider.create(all, LIMITS);

    expect(create).toThrow(ZodError);
    expect(create).toThrow(expect.objectContaining({ issues: [expect.objectContaining({ path: [field] })] }));
  });
});

interface IncusSubject extends Subject {
  readonly cloud: FakeIncus;
  /** The provider with other options, on the same server. */
  rewired(options: Partial<BackendOptions>): Subject["provider"];
}

async function startIncus(options: Partial<BackendOptions>, isTls = false): Promise<IncusSubject> {
  const cloud = await startFakeIncus({ isTls });
  const rewired = (others: Partial<BackendOptions>): Subject["provider"] =>
    createIncusProvider({ apiurl: cloud.url, ...others }, LIMITS, { sleep: async () => {} });
  const afterFirstProject = (answer: FakeAnswer): void => {
    cloud.intercept = ({ query }) => (query.get("project")?.startsWith("project-") ? answer : undefined);
  };
  return {
    cloud,
    rewired,
    provider: rewired(options),
    offer(count) {
      const projectOf = (n: number): string => (n < 2 ? "default" : `project-${Math.floor(n / 2)}`);
      const numbers = Array.from({ length: count }, (_, n) => n);
      const byProject = Object.entries(Object.groupBy(numbers, projectOf));
      cloud.projects = Object.fromEntries(
        byProject.map(([project, those = []]) => [project, those.map((n) => incusImage(n))]),
      );
    },
    breakAfterFirstPage: () => afterFirstProject(refusal(403, "not authorized")),
    cutSecondPage: () => afterFirstProject({ json: { metadata: [incusImage(9)] }, cut: true }),
    parts: {
      offer() {
        cloud.projects = { default: [incusImage(1)], lab: [incusImage(2)] };
        return ["project default", "project lab"];
      },
      break: (part) =>
        (cloud.intercept = ({ query }) =>
          query.has("project") && [undefined, `project ${query.get("project")}`].includes(part)
            ? refusal(403, "not authorized")
            : undefined),
    },
    insertEmptyPage: () => (cloud.projects = { empty: [], ...cloud.projects }),
    [Symbol.asyncDispose]: () => cloud[Symbol.asyncDispose](),
  };
}
