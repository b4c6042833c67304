import { describe, expect, test } from "vitest";
import { linodeImage } from "../../src/providers/linode/image.ts";
import { createLinodeProvider, linodeProvider } from "../../src/providers/linode/provider.ts";
import type { BackendOptions } from "../../src/providers/provider.ts";
import type { FakeAnswer } from "../fakes/json-server.ts";
import { type FakeLinode, privateImage, publicImage, refusal, startFakeLinode, TOKEN } from "../fakes/linode.ts";
import { describeProviderContract, listAll, type Subject } from "./contract.ts";
import { failureOf } from "./failure-of.ts";
import { lostVariants, readVariants } from "./odd-field-variants.ts";
import { describeTokenAccess } from "./token-access.ts";

describe("linode provider, the public images", () => {
  describeProviderContract(() => startLinode());

  test("asks for them without the token, page by page", async () => {
    await using linode = await startLinode();
    linode.offer(3);

    expect((await listAll(linode)).images).toHaveLength(3);

    const asked = linode.cloud.requests.map(({ method, target }) => `${method} ${target}`);
    expect(asked).toEqual(["GET /v4/images?page_size=100", "GET /v4/images?page_size=100&page=2"]);
    expect(linode.cloud.requests.map(({ headers }) => headers.authorization)).toEqual([undefined, undefined]);
  });

  test("are all that a backend without a token has", async () => {
    await using linode = await startLinode({ apisecret: undefined });
    linode.cloud.images = [publicImage(1), privateImage(2)];

    expect(linode.provider.sources.map(({ scope }) => scope)).toEqual(["public"]);
    expect((await listAll(linode)).images).toMatchObject([{ id: "linode/almalinux8" }]);
  });

  test("reads an image, under Libcloud's names first", async () => {
    await using linode = await startLinode();
    linode.cloud.images = [publicImage(1), privateImage(2)];

    const { images, rejected } = await listAll(linode);

    expect(rejected).toEqual([]);
    expect(images).toEqual([
      {
        id: "linode/almalinux8",
        name: "AlmaLinux 8",
        description: null,
        ownerId: null,
        ownerAlias: "linode",
        platform: "AlmaLinux",
        architecture: null,
        visibility: "public",
        owned: false,
        createdAt: "2018-01-02T03:04:05.000Z",
        deprecatedAt: null,
        keywords: ["cloud-init", "distributed-sites"],
        extra: {
          type: "manual",
          description: "",
          created: "2018-01-02T03:04:05",
          created_by: "linode",
          is_public: true,
          size: 4000,
          eol: "2029-03-01T05:00:00",
          vendor: "AlmaLinux",
          deprecated: false,
          updated: "2018-01-02T03:04:05",
          tags: [],
          is_shared: false,
          expiry: null,
          regions: null,
          status: "available",
          capabilities: ["cloud-init", "distributed-sites"],
          image_sharing: null,
        },
      },
    ]);
    const libcloud = ["type", "description", "created", "created_by", "is_public", "size", "eol", "vendor"];
    expect(Object.keys(images[0]?.extra ?? {}).slice(0, 8)).toEqual(libcloud);
  });

  test("takes nothing for public that is not, whatever an API in between answers", async () => {
    await using linode = await startLinode();
    linode.cloud.intercept = () => ({
      json: { data: [publicImage(1), privateImage(2)], page: 1, pages: 1, results: 2 },
    });

    expect((await listAll(linode)).images).toMatchObject([{ id: "linode/almalinux8" }]);
  });

  test.each([
    {
      what: "a deprecated one as so from its beginning",
      fields: { deprecated: true },
      expected: { deprecatedAt: "2018-01-02T03:04:05.000Z", extra: { deprecated: true } },
    },
    {
      what: "a time that has a zone",
      fields: { created: "2018-01-02T03:04:05+01:00" },
      expected: { createdAt: "2018-01-02T02:04:05.000Z" },
    },
    {
      what: "one as the API documented it before",
      fields: { tags: ["repair-image"], is_shared: undefined, image_sharing: undefined, created: undefined, label: "" },
      expected: { name: null, createdAt: null, keywords: ["repair-image", "cloud-init", "distributed-sites"] },
    },
  ])("reads $what", async ({ fields, expected }) => {
    await using linode = await startLinode();
    linode.cloud.images = [publicImage(1, fields)];

    expect((await listAll(linode)).images).toMatchObject([expected]);
  });

  test("loses one image, not the page, when one cannot be read", async () => {
    await using linode = await startLinode();
    linode.cloud.images = [publicImage(1, { id: null }), publicImage(2)];

    const { images, rejected } = await listAll(linode);

    expect(images).toHaveLength(1);
    expect(rejected).toMatchObject([{ reason: expect.stringMatching(/^id: /) }]);
  });

  test("throws when images come or go between two pages", async () => {
    await using linode = await startLinode();
    linode.offer(5);
    linode.cloud.intercept = ({ query }) => {
      if (query.get("page") === "3") linode.cloud.images.push(publicImage(9));
      return undefined;
    };

    expect((await failureOf(listAll(linode))).message).toMatch(/5 items became 6 while they were listed/);
  });
});

describe("linode provider, the account's own view", () => {
  describeProviderContract(() => startOwn());

  test("asks for all that is not public, with the token", async () => {
    await using linode = await startOwn();
    linode.cloud.images = [publicImage(1), privateImage(2)];

    expect((await listAll(linode)).images).toHaveLength(1);

    const [{ headers } = { headers: {} }] = linode.cloud.requests;
    expect(headers).toMatchObject({ authorization: `Bearer ${TOKEN}`, "x-filter": '{"is_public":false}' });
  });

  test("tells its own images, shared or not, from those shared with it", async () => {
    await using linode = await startOwn();
    const image_sharing = { shared_with: null, shared_by: { sharegroup_id: 7, sharegroup_label: "theirs" } };
    linode.cloud.images = [
      privateImage(1),
      privateImage(2, { is_shared: true }),
      privateImage(3, { id: "shared/3", is_shared: true, image_sharing }),
    ];

    expect((await listAll(linode)).images).toMatchObject([
      {
        id: "private/84470",
        visibility: "private",
        owned: true,
        ownerAlias: "psnoch",
        platform: null,
        keywords: ["distributed-sites", "pl-labkrk-2"],
      },
      { id: "private/84471", visibility: "shared", owned: true },
      { id: "shared/3", visibility: "shared", owned: false, extra: { image_sharing } },
    ]);
  });

  test("calls a wrong token wrong credentials", async () => {
    await using linode = await startOwn({ apisecret: "another" });

    const error = await failureOf(listAll(linode));

    expect(error.reason).toBe("credentials");
    expect(error.message).toMatch(/answered 401.*Invalid Token/);
  });
});

describe("linode provider, given odd fields", () => {
  test("loses no image of the account, and takes none for public or owned that does not say so", () => {
    const variants = readVariants(linodeImage("own"), privateImage(1));

    expect(lostVariants(variants, "private/84470")).toEqual([]);
    const notOwned = variants.filter(({ image }) => image && !image.owned).map(({ field }) => field);
    expect([...new Set(notOwned)]).toEqual(["is_public", "image_sharing", "image_sharing.shared_by"]);
    expect(variants.filter(({ image }) => image?.visibility === "public").map(({ what }) => what)).toEqual([
      "is_public is true",
    ]);
  });

  test("leaves a public image as it was while nobody can tell whether it is public", () => {
    const variants = readVariants(linodeImage("public"), publicImage(1));

    expect(lostVariants(variants, "linode/almalinux8", ["id", "is_public"])).toEqual([]);
    const unread = variants.filter(({ field, image }) => field === "is_public" && !image);
    expect(unread.map(({ rejected }) => rejected?.id)).toEqual(Array.from(unread, () => "linode/almalinux8"));
    expect(unread).toHaveLength(9);
  });
});

describe("linode provider, asked for its account", () => {
  test.each([
    { what: "the account", profile: { restricted: false, uid: 5 }, expected: "E-1" },
    { what: "a restricted user too", profile: { restricted: true, uid: 5 }, expected: "E-1 user 5" },
    { what: "the user where nobody can tell", profile: { restricted: "?", uid: 5 }, expected: "E-1 user 5" },
    { what: "nothing for a user without id", profile: { restricted: true }, expected: undefined },
  ])("names $what", async ({ profile, expected }) => {
    await using linode = await startLinode();
    linode.cloud.intercept = ({ path }) => ({ json: path === "/v4/account" ? { euuid: "E-1" } : profile });

    expect(await accountOf(linode)).toBe(expected);
    const asked = linode.cloud.requests.map(({ target, headers }) => [target, headers.authorization]);
    expect(asked).toEqual([
      ["/v4/account", `Bearer ${TOKEN}`],
      ["/v4/profile", `Bearer ${TOKEN}`],
    ]);
  });

  test.each([
    { status: 403, reason: "Unauthorized" },
    { status: 401, reason: "Your OAuth token is not authorized to use this endpoint." },
  ])("names nothing for a token that may not ask: $status", async ({ status, reason }) => {
    await using linode = await startLinode();
    linode.cloud.intercept = () => refusal(status, reason);

    expect(await accountOf(linode)).toBeUndefined();
  });

  test("throws for a wrong token", async () => {
    await using linode = await startLinode({ apisecret: "another" });

    expect(await failureOf(accountOf(linode))).toMatchObject({ provider: "linode", reason: "credentials" });
  });

  test("is not asked without a token", async () => {
    await using linode = await startLinode({ apisecret: undefined });

    expect(linode.provider.identify).toBeUndefined();
  });

  async function accountOf({ provider }: Subject): Promise<string | undefined> {
    return provider.identify!(new AbortController().signal);
  }
});

describeTokenAccess({
  definition: linodeProvider,
  start: startLinode,
  options: { apisecret: TOKEN },
});

interface LinodeSubject extends Subject {
  readonly cloud: FakeLinode;
}

async function startLinode(options: Partial<BackendOptions> = {}, image = publicImage): Promise<LinodeSubject> {
  const cloud = await startFakeLinode();
  const provider = createLinodeProvider(
    { apiurl: `${cloud.url}/v4/`, apisecret: TOKEN, ...options },
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
    breakAfterFirstPage: () => onLaterPage(refusal(403, "Unauthorized")),
    cutSecondPage: () => onLaterPage({ json: { data: [image(3)] }, cut: true }),
    repeatPage: () =>
      (cloud.intercept = () => ({ json: { data: [image(1), image(2)], page: 1, pages: 3, results: 5 } })),
    [Symbol.asyncDispose]: () => cloud[Symbol.asyncDispose](),
  };
}

/** As `startLinode`, but the account's own source is listed. */
async function startOwn(options: Partial<BackendOptions> = {}): Promise<LinodeSubject> {
  const linode = await startLinode(options, privateImage);
  const [source] = linode.provider.sources;
  return { ...linode, ...(source && { source }) };
}
