import { describe, expect, test } from "vitest";
import { ZodError } from "zod";
import { cloudstackImage } from "../../src/providers/cloudstack/image.ts";
import { cloudstackProvider, createCloudstackProvider } from "../../src/providers/cloudstack/provider.ts";
import { signQuery } from "../../src/providers/cloudstack/sign-query.ts";
import type { BackendOptions } from "../../src/providers/provider.ts";
import {
  API_KEY,
  type FakeCloudStack,
  type FakeTemplate,
  FRANKFURT,
  GENEVA,
  refusal,
  SECRET_KEY,
  startFakeCloudStack,
  template,
} from "../fakes/cloudstack.ts";
import type { FakeAnswer } from "../fakes/json-server.ts";
import { describeProviderContract, listAll, type Subject } from "./contract.ts";
import { failureOf, textOf } from "./failure-of.ts";
import { describeHttpFailures } from "./http-failures.ts";
import { lostVariants, readVariants } from "./odd-field-variants.ts";

const LIMITS = { allowLinkLocal: false };

describe("cloudstack provider", () => {
  describeProviderContract(() => startCloudStack());

  test("asks for every kind of template, page by page", async () => {
    await using cloudstack = await startCloudStack();
    cloudstack.cloud.templates = { self: [template(1), template(2), template(3)] };

    expect((await listAll(cloudstack)).images).toHaveLength(3);

    const asked = cloudstack.cloud.requests.map(({ query }) =>
      [query.get("command"), query.get("templatefilter"), query.get("page"), query.get("pagesize")].join(" "),
    );
    expect(asked).toEqual([
      "listTemplates self 1 100",
      "listTemplates self 2 100",
      "listTemplates selfexecutable 1 100",
      "listTemplates featured 1 100",
      "listTemplates community 1 100",
      "listTemplates sharedexecutable 1 100",
      "listTemplates executable 1 100",
    ]);
  });

  test("reads a template, first what Libcloud makes of it and then all that the API says", async () => {
    await using cloudstack = await startCloudStack();
    const mine = template(1, { tags: [{ key: "tier", value: "web" }], details: { keyboard: "us" }, arch: "x86_64" });
    cloudstack.cloud.templates = { featured: [mine], executable: [mine] };

    const { images, rejected } = await listAll(cloudstack);

    expect(rejected).toEqual([]);
    const { id: _, name: __, hypervisor, format, ostypename, displaytext, ...others } = mine;
    expect(images).toEqual([
      {
        id: "a17b40d6-83e4-4f2a-9ef0-000000000001",
        name: "CentOS 5.6(64-bit) no GUI 1",
        description: "CentOS 5.6(64-bit) no GUI (XenServer)",
        ownerId: "system",
        ownerAlias: "system",
        platform: "CentOS 5.6 (64-bit)",
        architecture: "x86_64",
        visibility: "public",
        owned: false,
        createdAt: "2016-02-08T12:06:32.000Z",
        deprecatedAt: null,
        keywords: ["web", "us", "XenServer", "VHD", "BUILTIN", "ROOT", "Frankfurt"],
        extra: { hypervisor, format, os: ostypename, displaytext, ...others },
      },
    ]);
    expect(Object.keys(images[0]?.extra ?? {}).slice(0, 4)).toEqual(["hypervisor", "format", "os", "displaytext"]);
  });

  test("tells whose a template is by the filter that shows it", async () => {
    await using cloudstack = await startCloudStack();
    const secret = { ispublic: false, account: "kim", accountid: "acc-1" };
    const ofProject = { ...secret, project: "web", projectid: undefined };
    cloudstack.cloud.templates = {
      self: [template(1, secret), template(2)],
      community: [template(2), template(3)],
      sharedexecutable: [template(4, ofProject)],
      executable: [template(1, secret), template(2), template(3)],
    };

    expect((await listAll(cloudstack)).images).toMatchObject([
      { visibility: "private", owned: true, ownerId: "acc-1", ownerAlias: "kim" },
      { visibility: "public", owned: true },
      { visibility: "public", owned: false },
      { visibility: "shared", owned: false, ownerAlias: "web" },
    ]);
  });

  test("lists a template of several zones once, over the edge of a page too, and says how they differ", async () => {
    await using cloudstack = await startCloudStack();
    const inGeneva = { zoneid: GENEVA.id, zonename: GENEVA.name, status: "10% Downloaded", isready: false };
    cloudstack.cloud.templates = {
      featured: [template(1), template(2), template(2, inGeneva), template(3), template(3, inGeneva)],
    };

    const { images } = await listAll(cloudstack);

    expect(images.map(({ name }) => name?.at(-1))).toEqual(["1", "2", "3"]);
    expect(images[0]?.extra).toMatchObject({ zonename: "Frankfurt" });
    expect(images[1]).toMatchObject({
      keywords: expect.arrayContaining(["Frankfurt", "Geneva"]),
      extra: {
        hypervisor: "XenServer",
        zones: [
          { zoneid: FRANKFURT.id, zonename: "Frankfurt", status: "Download Complete", isready: true },
          { zoneid: GENEVA.id, zonename: "Geneva", status: "10% Downloaded", isready: false },
        ],
      },
    });
    expect(images[1]?.extra).not.toHaveProperty("zoneid");
  });

  test.each(["geneva", GENEVA.id])("lists one zone when told which: %s", async (region) => {
    await using cloudstack = await startCloudStack({ region });
    cloudstack.cloud.templates = { featured: [template(1), template(2, { zoneid: GENEVA.id, zonename: "Geneva" })] };

    expect((await listAll(cloudstack)).images).toMatchObject([{ extra: { zonename: "Geneva" } }]);
  });

  test("names the zones there are when it is none of them", async () => {
    await using cloudstack = await startCloudStack({ region: "Mars" });

    expect((await failureOf(listAll(cloudstack))).message).toMatch(/no such zone: Mars; expected one of Frankfurt, Geneva/);
  });

  test("asks for a project's templates when told which", async () => {
    await using cloudstack = await startCloudStack({ tenantName: "p-1 (web)" });
    cloudstack.cloud.templates = { self: [template(1), template(2, { projectid: "p-1 (web)" })] };

    expect((await listAll(cloudstack)).images).toMatchObject([{ ownerId: "p-1 (web)" }]);
  });

  test("loses one template, not the page, when one cannot be read", async () => {
    await using cloudstack = await startCloudStack();
    cloudstack.cloud.templates = { featured: [template(1, { id: null }), template(2)] };

    const { images, rejected } = await listAll(cloudstack);

    expect(images).toHaveLength(1);
    expect(rejected).toMatchObject([{ reason: expect.stringMatching(/^id: /) }]);
  });

  test("throws when templates come or go while they are listed", async () => {
    await using cloudstack = await startCloudStack();
    cloudstack.offer(5);
    cloudstack.cloud.intercept = ({ query }) => {
      if (query.get("page") === "2") cloudstack.cloud.templates["featured"]?.shift();
      return undefined;
    };

    expect((await failureOf(listAll(cloudstack))).message).toMatch(/5 templates became 4 while they were listed/);
  });

  test("throws when the pages end before the count is reached", async () => {
    await using cloudstack = await startCloudStack();
    cloudstack.cloud.intercept = ({ query }) =>
      query.get("page") === "1" ? { json: { listtemplatesresponse: { count: 3, template: [template(1)] } } } : EMPTY;

    expect((await failureOf(listAll(cloudstack))).message).toMatch(/page 2 brings nothing new, with 1 of 3 listed/);
  });

  // https://docs.cloudstack.apache.org/en/latest/developersguide/dev.html#signing-api-requests
  test("signs the example of the developer's guide as that does", () => {
    const query = signQuery({ command: "listUsers", response: "json", apikey: API_KEY }, SECRET_KEY);

    expect(query).toBe(
      `apikey=${API_KEY}&command=listUsers&response=json&signature=TTpdDq%2F7j%2FJ58XCRHomKoQXEQds%3D`,
    );
  });
});

describe("cloudstack provider, given odd fields", () => {
  test("loses no template, and takes none for public that does not say so", () => {
    const item = template(1, {
      ispublic: false,
      tags: [{ key: "a", value: 7 }, null],
      details: { keyboard: 1 },
      zones: [{ zonename: 7 }, "x"],
    });
    const variants = readVariants(cloudstackImage("self"), item);

    expect(lostVariants(variants, "a17b40d6-83e4-4f2a-9ef0-000000000001")).toEqual([]);
    const open = variants.filter(({ image }) => image && image.visibility !== "private");
    expect(open.map(({ what }) => what)).toEqual(["ispublic is true"]);
  });

  test("reads numeric ids as text, and copies in several zones as one template", async () => {
    await using cloudstack = await startCloudStack();
    const inGeneva = { zoneid: GENEVA.id, zonename: GENEVA.name };
    cloudstack.cloud.templates = {
      self: [template(1, { id: 201 }), template(1, { id: "201", ...inGeneva }), template(2, { id: 202 })],
      executable: [template(1, { id: "201" })],
    };

    const { images, rejected } = await listAll(cloudstack);

    expect(rejected).toEqual([]);
    expect(images).toMatchObject([
      { id: "201", owned: true, extra: { zones: [{ zonename: "Frankfurt" }, { zonename: "Geneva" }] } },
      { id: "202", owned: true },
    ]);
    expect(images).toHaveLength(2);
  });

  test("loses what is no template alone, and takes no two of them for one", async () => {
    await using cloudstack = await startCloudStack();
    const odd = ["x", null, { name: "nameless" }, { name: "nameless" }] as unknown as FakeTemplate[];
    cloudstack.cloud.intercept = ({ query }) =>
      query.get("templatefilter") === "self"
        ? { json: { listtemplatesresponse: { count: 5, template: [...odd, template(1)] } } }
        : undefined;

    const { images, rejected } = await listAll(cloudstack);

    expect(images).toHaveLength(1);
    expect(rejected).toHaveLength(4);
  });

  test("finds its zone beside odd ones", async () => {
    await using cloudstack = await startCloudStack({ region: "geneva" });
    cloudstack.cloud.templates = { featured: [template(1, { zoneid: "7", zonename: "Geneva" })] };
    cloudstack.cloud.intercept = ({ query }) =>
      query.get("command") === "listZones"
        ? { json: { listzonesresponse: { zone: [{ id: null }, { id: 3, name: null }, { id: 7, name: "Geneva" }] } } }
        : undefined;

    expect((await listAll(cloudstack)).images).toHaveLength(1);
  });
});

describe("cloudstack provider, whose counts are wrong", () => {
  test("throws when an answer with templates has no count", async () => {
    await using cloudstack = await startCloudStack();
    cloudstack.cloud.intercept = () => ({ json: { listtemplatesresponse: { template: [template(1)] } } });

    expect((await failureOf(listAll(cloudstack))).message).toMatch(/the answer has no count/);
  });

  test("throws when some templates come twice in place of others", async () => {
    await using cloudstack = await startCloudStack();
    cloudstack.cloud.intercept = ({ query }) => {
      const found = query.get("page") === "1" ? [template(1), template(2)] : [template(2), template(3)];
      return { json: { listtemplatesresponse: { count: 4, template: found } } };
    };

    expect((await failureOf(listAll(cloudstack))).message).toMatch(/only 3 of 4 templates were listed/);
  });
});

describe("cloudstack provider, asked for its account", () => {
  const mine = { id: "acc-1", name: "kim", user: [{ id: "u-1", apikey: API_KEY }] };
  const other = { id: "acc-2", name: "lou", user: [{ id: "u-2", apikey: "other" }] };

  test.each([
    { what: "the only one", accounts: [{ id: 12 }], expected: "12" },
    { what: "of several the one with the key", accounts: [other, mine], expected: "acc-1" },
    { what: "nothing of several without the key", accounts: [other, { ...mine, user: null }], expected: undefined },
    { what: "nothing where there is none", accounts: undefined, expected: undefined },
  ])("names $what", async ({ accounts, expected }) => {
    await using cloudstack = await startCloudStack();
    cloudstack.cloud.intercept = () => ({ json: { listaccountsresponse: { account: accounts } } });

    expect(await accountOf(cloudstack)).toBe(expected);
    expect(cloudstack.cloud.requests.map(({ query }) => query.get("command"))).toEqual(["listAccounts"]);
  });

  test.each([432, 531, 403])("names nothing for a role that may not ask: %d", async (status) => {
    await using cloudstack = await startCloudStack();
    cloudstack.cloud.intercept = () => refusal("listAccounts", status, "no");

    expect(await accountOf(cloudstack)).toBeUndefined();
  });

  test("throws for a wrong key", async () => {
    await using cloudstack = await startCloudStack({ apisecret: "other" });

    expect(await failureOf(accountOf(cloudstack))).toMatchObject({ provider: "cloudstack", reason: "credentials" });
  });

  test("tells zones and projects apart in the name of its place", () => {
    const apiurl = "https://c.example.org/client/api";
    const placeOf = (more: Partial<BackendOptions>): string | undefined =>
      cloudstackProvider.create({ apiurl, apikey: "a", apisecret: "b", ...more }, LIMITS).sources[0]?.key;

    expect(placeOf({})).toBe(`cloudstack ${apiurl} - own`);
    expect(placeOf({ region: "Geneva" })).toBe(`cloudstack ${apiurl} Geneva own`);
    expect(placeOf({ tenantName: "p 1" })).toBe(`cloudstack ${apiurl} - project p%201 own`);
  });

  async function accountOf({ provider }: Subject): Promise<string | undefined> {
    return provider.identify!(new AbortController().signal);
  }
});

const EMPTY: FakeAnswer = { json: { listtemplatesresponse: { count: 3 } } };

describe("cloudstack provider, refusing to go on", () => {
  describeHttpFailures(async () => {
    const cloudstack = await startCloudStack();
    return {
      provider: cloudstack.provider,
      answer: ({ status, headers = {}, body }) =>
        (cloudstack.cloud.intercept = () => ({ status, headers, html: body })),
      [Symbol.asyncDispose]: () => cloudstack[Symbol.asyncDispose](),
    };
  });

  test.each([
    { what: "a wrong secret key", options: { apisecret: "other" }, reason: "credentials" },
    { what: "a wrong API key", options: { apikey: "other" }, reason: "credentials" },
    { what: "an address without the path", options: { apiurl: "http://127.0.0.1:9" }, reason: "unreachable" },
  ])("throws for $what", async ({ options, reason }) => {
    await using cloudstack = await startCloudStack(options);

    expect(await failureOf(listAll(cloudstack))).toMatchObject({ provider: "cloudstack", reason });
  });

  test.each([
    { status: 432, reason: "forbidden" },
    { status: 531, reason: "forbidden" },
    { status: 431, reason: "invalid-answer" },
    { status: 530, reason: "invalid-answer" },
  ])("takes CloudStack's own status $status for $reason", async ({ status, reason }) => {
    await using cloudstack = await startCloudStack();
    cloudstack.cloud.intercept = () => refusal("listTemplates", status, "No, because.");

    const error = await failureOf(listAll(cloudstack));

    expect(error.reason).toBe(reason);
    expect(error.message).toContain("No, because.");
  });

  test("keeps the secret key and the signature out of every error, its causes included", async () => {
    await using cloudstack = await startCloudStack();
    cloudstack.cloud.intercept = () => ({ status: 403, json: { echo: SECRET_KEY } });

    const said = textOf(await failureOf(listAll(cloudstack)));

    expect(said).toContain("[secret]");
    expect(said).not.toContain(SECRET_KEY);
    expect(said).not.toContain("signature");
  });

  test.each([
    { field: "apiurl", wrong: undefined },
    { field: "apiurl", wrong: "cloud.example.org/client/api" },
    { field: "apikey", wrong: undefined },
    { field: "apikey", wrong: "" },
    { field: "apisecret", wrong: undefined },
  ])("names $field when it is $wrong", ({ field, wrong }) => {
    const options = { apiurl: "https://c.example.org/client/api", apikey: "a", apisecret: "b" };

    const create = (): unknown => cloudstackProvider.create({ ...options, [field]: wrong }, LIMITS);

    expect(create).toThrow(ZodError);
    expect(create).toThrow(expect.objectContaining({ issues: [expect.objectContaining({ path: [field] })] }));
  });
});

async function startCloudStack(options: Partial<BackendOptions> = {}): Promise<Subject & { cloud: FakeCloudStack }> {
  const cloud = await startFakeCloudStack();
  const provider = createCloudstackProvider(
    { apiurl: `${cloud.url}/client/api/`, apikey: API_KEY, apisecret: SECRET_KEY, ...options },
    LIMITS,
    { sleep: async () => {} },
  );
  const onSecondPage = (answer: FakeAnswer): void => {
    cloud.intercept = ({ query }) => (query.get("page") === "2" ? answer : undefined);
  };
  return {
    cloud,
    provider,
    offer(count) {
      const featured = Array.from({ length: count }, (_, n) => template(n));
      cloud.templates = { featured, executable: featured };
    },
    breakAfterFirstPage: () => onSecondPage(refusal("listTemplates", 531, "no permission")),
    cutSecondPage: () =>
      onSecondPage({ json: { listtemplatesresponse: { count: 5, template: [template(9)] } }, cut: true }),
    repeatPage: () =>
      (cloud.intercept = () => ({
        json: { listtemplatesresponse: { count: 5, template: [template(1), template(2)] } },
      })),
    [Symbol.asyncDispose]: () => cloud[Symbol.asyncDispose](),
  };
}
