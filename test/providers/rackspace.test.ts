import { describe, expect, test } from "vitest";
import { ZodError } from "zod";
import type { BackendOptions } from "../../src/providers/provider.ts";
import { createRackspaceProvider, rackspaceProvider } from "../../src/providers/rackspace/provider.ts";
import { glanceImage, UNAUTHORIZED } from "../fakes/openstack.ts";
import { API_KEY, type FakeRackspace, novaImage, startFakeRackspace, TENANT_ID } from "../fakes/rackspace.ts";
import { describeProviderContract, listAll, type Subject } from "./contract.ts";
import { failureOf, textOf } from "./failure-of.ts";
import { identify } from "./identify.ts";
import { expectOddFieldsRead } from "./odd-fields.ts";

describe("rackspace provider, through Nova", () => {
  describeProviderContract(() => startRackspace());

  test("signs in with the API key, and asks the region's compute service page by page", async () => {
    await using rackspace = await startRackspace();
    rackspace.offer(3);
    rackspace.cloud.otherRegions = ["ORD", "AAA"];

    expect((await listAll(rackspace)).images).toHaveLength(3);

    const [signIn, first, second] = rackspace.cloud.requests;
    expect(signIn).toMatchObject({
      method: "POST",
      path: "/v2.0/tokens",
      body: { auth: { "RAX-KSKEY:apiKeyCredentials": { username: "kim", apiKey: API_KEY } } },
    });
    expect(first).toMatchObject({ method: "GET", path: `/nova/v2/${TENANT_ID}/images/detail` });
    expect(first?.headers["x-auth-token"]).toBe("rackspace-token-1");
    expect(first?.query.toString()).toBe("limit=1000");
    expect(second?.query.toString()).toBe("limit=1000&marker=00000000-0000-4000-8000-000000000002");
    expect(rackspace.cloud.requests).toHaveLength(3);
  });

  test("reads the documented example, its fields in their order", async () => {
    await using rackspace = await startRackspace();
    rackspace.cloud.images = [
      novaImage(1, {
        id: "73764eb8-3c1c-42a9-8fff-71f6beefc6a7",
        name: "Gentoo 13.3",
        metadata: { os_distro: "gentoo", image_type: "base", auto_disk_config: "True" },
      }),
    ];

    const { images } = await listAll(rackspace);

    expect(JSON.stringify(images.map(({ id, name, extra }) => ({ star: false, id, name, extra })))).toBe(
      '[{"star":false,"id":"73764eb8-3c1c-42a9-8fff-71f6beefc6a7","name":"Gentoo 13.3","extra":{"status":"ACTIVE",' +
        '"updated":"2013-11-21T19:12:29Z","created":"2013-10-15T20:02:10Z","minDisk":0,"progress":100,' +
        '"minRam":512,"serverId":null,"metadata":{"os_distro":"gentoo","image_type":"base",' +
        '"auto_disk_config":"True"},"visibility":null,"os_type":null}}]',
    );
    expect(images).toMatchObject([
      {
        description: null,
        ownerId: null,
        platform: "gentoo",
        architecture: null,
        visibility: "public",
        owned: false,
        createdAt: "2013-10-15T20:02:10Z",
        keywords: ["gentoo", "base", "True"],
      },
    ]);
  });

  test("reads a snapshot as the account's own, with the server it was taken from", async () => {
    await using rackspace = await startRackspace();
    rackspace.cloud.images = [
      novaImage(1, {
        status: "SAVING",
        progress: 25,
        server: { id: "server-1", links: [] },
        metadata: { image_type: "snapshot", os_type: "windows", architecture: "x64" },
      }),
    ];

    const { images } = await listAll(rackspace);

    expect(images).toMatchObject([
      {
        platform: "windows",
        architecture: "x64",
        visibility: "private",
        owned: true,
        extra: { status: "SAVING", progress: 25, serverId: "server-1" },
      },
    ]);
  });

  test("passes on visibility and os_type when the cloud says them", async () => {
    await using rackspace = await startRackspace();
    rackspace.cloud.images = [novaImage(1, { visibility: "shared", os_type: "linux", metadata: undefined })];

    const { images } = await listAll(rackspace);

    expect(images).toMatchObject([{ visibility: "shared", extra: { visibility: "shared", os_type: "linux" } }]);
    expect(images[0]?.extra["metadata"]).toEqual({});
  });

  test("keeps a nameless image, and loses one image, not the page, when one cannot be read", async () => {
    await using rackspace = await startRackspace();
    rackspace.cloud.images = [{ ...novaImage(2), id: true as unknown as string }, novaImage(1, { name: null })];

    const { images, rejected } = await listAll(rackspace);

    expect(images).toMatchObject([{ name: null }]);
    expect(rejected).toMatchObject([{ reason: expect.stringMatching(/^id: /) }]);
  });

  test("reads an image with odd fields as long as its id is read", async () => {
    await using rackspace = await startRackspace();

    const byOddness = await expectOddFieldsRead({
      item: (n) =>
        novaImage(n, {
          metadata: { image_type: "base", os_distro: "ubuntu" },
          server: { id: "s-1", links: [] },
          visibility: "public",
          os_type: "linux",
        }),
      idField: "id",
      idOf: ({ id }) => String(id),
      list(items) {
        rackspace.cloud.intercept = onImages(() => ({ json: { images: items } }));
        return listAll(rackspace);
      },
    });

    const said = [...byOddness].filter(([what]) => /^visibility = (?!missing)/.test(what));
    expect(new Set(said.map(([, { visibility }]) => visibility))).toEqual(new Set(["private"]));
    const servers = [...byOddness].filter(([what]) => what.startsWith("server = "));
    expect(new Set(servers.map(([, { owned }]) => owned))).toEqual(new Set([false]));
  });

  test("is asked for by the tenant that the token is for", async () => {
    await using rackspace = await startRackspace();

    expect(await identify(rackspace.provider)).toBe(TENANT_ID);
  });

  test("is asked for by nobody where the key is refused", async () => {
    await using rackspace = await startRackspace({ apisecret: "wrong" });

    expect((await failureOf(identify(rackspace.provider))).reason).toBe("credentials");
  });

  test("signs in anew when the token expires, and repeats the page", async () => {
    await using rackspace = await startRackspace();
    rackspace.offer(5);
    rackspace.cloud.tokenUses = 1;

    expect((await listAll(rackspace)).images).toHaveLength(5);

    const marked = rackspace.cloud.requests.map(({ query }) => query.get("marker")?.slice(-1));
    expect(marked).toEqual([undefined, undefined, "2", undefined, "2", "4", undefined, "4"]);
  });

  test("never follows a next page on another origin", async () => {
    await using rackspace = await startRackspace();
    rackspace.cloud.intercept = onImages(() => ({
      json: { images: [], images_links: [{ rel: "next", href: "https://example.org/images/detail?marker=1" }] },
    }));

    const error = await failureOf(listAll(rackspace));

    expect(error.reason).toBe("invalid-answer");
    expect(error.message).toMatch(/next page is on https:\/\/example\.org/);
  });

  test("takes 413, which Nova says over its rate limit, for throttling", async () => {
    await using rackspace = await startRackspace();
    rackspace.cloud.intercept = onImages(() => ({
      status: 413,
      headers: { "retry-after": "1" },
      json: { overLimit: { code: 413, message: "This request was rate-limited." } },
    }));

    const error = await failureOf(listAll(rackspace));

    expect(error.reason).toBe("throttled");
    expect(error.message).toMatch(/rate-limited.*tried 5 times.*Retry-After: 1/);
  });
});

describe("rackspace provider, through Glance", () => {
  describeProviderContract(() => startRackspace({}, true));

  test("asks the region's image service for what is shared and not yet accepted too", async () => {
    await using rackspace = await startRackspace({}, true);
    rackspace.offer(1);

    const { images } = await listAll(rackspace);

    expect(images).toMatchObject([{ name: "ubuntu-1", extra: { status: "ACTIVE", visibility: "public" } }]);
    const [, ...asked] = rackspace.cloud.requests.map(({ path, query }) => `${path}?${query.toString()}`);
    expect(asked).toEqual(["/glance/v2/images?limit=1000&member_status=all"]);
  });

  test("puts Rackspace's own properties into metadata", async () => {
    await using rackspace = await startRackspace({}, true);
    rackspace.cloud.images = [glanceImage(1, { com_x: "1", "com.rackspace__1__options": "0", os_distro: "gentoo" })];

    const { images } = await listAll(rackspace);

    expect(images[0]?.extra["metadata"]).toEqual({
      com_x: "1",
      "com.rackspace__1__options": "0",
      os_distro: "gentoo",
    });
  });
});

describe("rackspace provider, choosing a region", () => {
  test("needs none when the account has but one", async () => {
    await using rackspace = await startRackspace({ region: undefined });
    rackspace.offer(1);

    expect((await listAll(rackspace)).images).toHaveLength(1);
  });

  test("takes its name in small letters too", async () => {
    await using rackspace = await startRackspace({ region: "dfw" });
    rackspace.offer(1);

    expect((await listAll(rackspace)).images).toHaveLength(1);
  });

  test("asks for one when there are several, naming them", async () => {
    await using rackspace = await startRackspace({ region: undefined });
    rackspace.cloud.otherRegions = ["ORD"];

    expect((await failureOf(listAll(rackspace))).message).toMatch(/several regions \(DFW, ORD\); set region/);
  });

  test("names those there are when it is none of them", async () => {
    await using rackspace = await startRackspace({ region: "MARS" });

    expect((await failureOf(listAll(rackspace))).message).toMatch(/no region MARS; expected one of DFW/);
  });
});

describe("rackspace provider, refusing to go on", () => {
  test.each([
    { what: "a wrong API key", answer: { status: 401, json: { unauthorized: { code: 401 } } }, reason: "credentials" },
    { what: "wrong credentials said in HTML", answer: UNAUTHORIZED, reason: "credentials" },
    { what: "a missing permission", answer: { status: 403, json: {} }, reason: "forbidden" },
    { what: "HTML with status 200", answer: { html: "<html>Sorry</html>" }, reason: "invalid-answer" },
    { what: "an answer of another kind", answer: { json: { token: {} } }, reason: "invalid-answer" },
    { what: "a service that is broken", answer: { status: 502 }, reason: "invalid-answer" },
  ])("throws for $what", async ({ answer, reason }) => {
    await using rackspace = await startRackspace();
    rackspace.cloud.intercept = () => answer;

    expect(await failureOf(listAll(rackspace))).toMatchObject({ provider: "rackspace", scope: "DFW", reason });
  });

  test("keeps API key and token out of every error, its causes included", async () => {
    await using rackspace = await startRackspace();
    rackspace.cloud.intercept = onImages(({ headers }) => ({
      status: 403,
      json: { echo: [API_KEY, headers["x-auth-token"]] },
    }));

    const said = textOf(await failureOf(listAll(rackspace)));

    expect(said).toContain("[secret]");
    expect(said).not.toContain(API_KEY);
    expect(said).not.toContain("rackspace-token");
  });

  test.each([
    { field: "apiurl", wrong: "identity.example.org" },
    { field: "apikey", wrong: undefined },
    { field: "apisecret", wrong: "" },
  ])("names $field when it is $wrong", ({ field, wrong }) => {
    const options = { apikey: "kim", apisecret: API_KEY, [field]: wrong };

    const create = (): unknown => rackspaceProvider.create(options, { allowLinkLocal: false });

    expect(create).toThrow(ZodError);
    expect(create).toThrow(expect.objectContaining({ issues: [expect.objectContaining({ path: [field] })] }));
  });

  test("knows where Rackspace is", () => {
    const options = { apikey: "kim", apisecret: API_KEY, region: "LON" };

    const { sources } = rackspaceProvider.create(options, { allowLinkLocal: false });

    expect(sources).toEqual([{ key: "rackspace https://identity.api.rackspacecloud.com LON own", scope: "own" }]);
  });
});

async function startRackspace(
  options: Partial<BackendOptions> = {},
  offersGlance = false,
): Promise<Subject & { cloud: FakeRackspace }> {
  const cloud = await startFakeRackspace();
  cloud.offersGlance = offersGlance;
  const image = offersGlance ? glanceImage : novaImage;
  const provider = createRackspaceProvider(
    { apiurl: `${cloud.url}/v2.0/`, apikey: "kim", apisecret: API_KEY, region: "DFW", ...options },
    { allowLinkLocal: false },
    { sleep: async () => {} },
  );
  return {
    cloud,
    provider,
    offer: (count) => (cloud.images = Array.from({ length: count }, (_, n) => image(n + 1))),
    breakAfterFirstPage: () => (cloud.intercept = onLaterPage(() => ({ status: 403, json: {} }))),
    cutSecondPage: () => (cloud.intercept = onLaterPage(() => ({ json: { images: [image(3)] }, cut: true }))),
    insertEmptyPage: () =>
      (cloud.intercept = onLaterPage(({ path, query }) => {
        if (query.get("pause")) return undefined;
        const link = `${path}?${query.toString()}&pause=1`;
        return { json: { images: [], next: link, images_links: [{ rel: "next", href: link }] } };
      })),
    repeatPage: () =>
      (cloud.intercept = onImages(({ path, query }) => {
        const link = `${path}?${query.toString()}`;
        return { json: { images: [image(1)], next: link, images_links: [{ rel: "next", href: link }] } };
      })),
    [Symbol.asyncDispose]: () => cloud[Symbol.asyncDispose](),
  };
}

type Intercept = NonNullable<FakeRackspace["intercept"]>;

function onImages(answer: Intercept): Intercept {
  return (request) => (request.path.includes("/images") ? answer(request) : undefined);
}

function onLaterPage(answer: Intercept): Intercept {
  return (request) => (request.query.get("marker") ? answer(request) : undefined);
}
