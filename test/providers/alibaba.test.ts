import { describe, expect, test } from "vitest";
import { ZodError } from "zod";
import { stsUrlFor } from "../../src/providers/alibaba/find-account.ts";
import { alibabaProvider, createAlibabaProvider } from "../../src/providers/alibaba/provider.ts";
import { encodeQuery, signRequest } from "../../src/providers/alibaba/sign-request.ts";
import type { BackendOptions } from "../../src/providers/provider.ts";
import { ACCOUNT, ecsImage, type FakeAlibaba, KEY_ID, refusal, SECRET, startFakeAlibaba } from "../fakes/alibaba.ts";
import type { FakeAnswer } from "../fakes/json-server.ts";
import { describeProviderContract, listAll, type Subject } from "./contract.ts";
import { failureOf, textOf } from "./failure-of.ts";
import { describeHttpFailures } from "./http-failures.ts";
import { identify } from "./identify.ts";
import { expectOddFieldsRead } from "./odd-fields.ts";

const LIMITS = { allowLinkLocal: false };
const OPTIONS = { region: "cn-hangzhou", apikey: KEY_ID, apisecret: SECRET };

describe("alibaba provider, a region's public images", () => {
  describeProviderContract(() => startAlibaba());

  test("asks for public, marketplace and community images of every status", async () => {
    await using alibaba = await startAlibaba();

    await listAll(alibaba);

    const asked = alibaba.cloud.requests.map(({ query }) => [query.get("ImageOwnerAlias"), query.get("IsPublic")]);
    expect(asked).toEqual([
      ["system", null],
      ["marketplace", null],
      ["others", "true"],
    ]);
    expect(Object.fromEntries(alibaba.cloud.requests[0]?.query ?? [])).toEqual({
      ImageOwnerAlias: "system",
      PageNumber: "1",
      PageSize: "100",
      RegionId: "cn-hangzhou",
      Status: "Creating,Waiting,Available,UnAvailable,CreateFailed,Deprecated",
    });
  });

  test("reads an image under Libcloud's names, and keeps the rest but what is the account's", async () => {
    await using alibaba = await startAlibaba();
    alibaba.cloud.images.system = [ecsImage(1, { Features: { NvmeSupport: "supported" } })];

    const { images, rejected } = await listAll(alibaba);

    expect(rejected).toEqual([]);
    expect(images).toEqual([
      {
        id: "ubuntu_22_04_x64_20G_alibase_1.vhd",
        name: "ubuntu_22_04_x64_20G_alibase_1.vhd",
        description: null,
        ownerId: null,
        ownerAlias: "system",
        platform: "Ubuntu",
        architecture: "x86_64",
        visibility: "public",
        owned: false,
        createdAt: "2024-03-01T02:03:04.000Z",
        deprecatedAt: null,
        keywords: ["acs:ubuntu_22_04_x64", "Ubuntu  22.04 64位", "Ubuntu  22.04 64 bit"],
        extra: {
          image_version: "1.0",
          os_type: "linux",
          platform: "Ubuntu",
          architecture: "x86_64",
          description: "",
          size: 20,
          image_owner_alias: "system",
          os_name: "Ubuntu  22.04 64位",
          product_code: "",
          is_subscribed: null,
          progress: "100%",
          creation_time: "2024-03-01T02:03:04Z",
          usage: null,
          is_copied: false,
          disk_device_mappings: null,
          image_family: "acs:ubuntu_22_04_x64",
          os_name_en: "Ubuntu  22.04 64 bit",
          status: "Available",
          is_public: true,
          is_support_io_optimized: true,
          is_support_cloudinit: true,
          boot_mode: "BIOS",
          features: { NvmeSupport: "supported" },
          region: "cn-hangzhou",
        },
      },
    ]);
  });

  test.each([
    {
      what: "a marketplace image with its seller",
      owner: "marketplace",
      fields: { SupplierName: "Bitnami", ProductCode: "cmjj00", ImageOwnerAlias: "marketplace" },
      expected: { ownerAlias: "marketplace", visibility: "public", extra: { product_code: "cmjj00" } },
    },
    {
      what: "a community image with its owner, but without the tags of whoever asks",
      owner: "others",
      fields: { ImageOwnerId: 1234567890123456, ImageFamily: "", Tags: { Tag: [{ TagKey: "a", TagValue: "mine" }] } },
      expected: {
        ownerId: "1234567890123456",
        visibility: "community",
        keywords: ["Ubuntu  22.04 64位", "Ubuntu  22.04 64 bit"],
      },
    },
    {
      what: "a deprecated one",
      owner: "system",
      fields: { Status: "Deprecated" },
      expected: { deprecatedAt: "2024-03-01T02:03:04.000Z", extra: { status: "Deprecated" } },
    },
    {
      what: "one without platform and name",
      owner: "system",
      fields: { Platform: undefined, ImageName: "", Architecture: undefined, CreationTime: undefined },
      expected: { platform: "linux", name: null, architecture: null, createdAt: null, extra: { platform: null } },
    },
  ] as const)("reads $what", async ({ owner, fields, expected }) => {
    await using alibaba = await startAlibaba();
    alibaba.cloud.images[owner] = [ecsImage(1, fields)];

    expect((await listAll(alibaba)).images).toMatchObject([expected]);
  });

  test("loses one image, not the page, when one cannot be read", async () => {
    await using alibaba = await startAlibaba();
    alibaba.cloud.images.system = [ecsImage(1, { ImageId: 7 }), ecsImage(2), ecsImage(3)];

    const { images, rejected } = await listAll(alibaba);

    expect(images).toHaveLength(2);
    expect(rejected).toMatchObject([{ reason: expect.stringMatching(/^ImageId: /) }]);
  });

  test("begins anew when an image vanishes between two pages, and misses none of the others", async () => {
    await using alibaba = await startAlibaba();
    const { cloud } = alibaba;
    alibaba.offer(5);
    cloud.intercept = ({ query }) => {
      if (query.get("PageNumber") === "2") cloud.images.system = [2, 3, 4, 5].map((n) => ecsImage(n));
      return undefined;
    };

    const { images } = await listAll(alibaba);

    const expected = [1, 2, 3, 4, 5].map((n) => ecsImage(n)["ImageId"]);
    expect(new Set(images.map(({ id }) => id))).toEqual(new Set(expected));
    expect(images).toHaveLength(5);
  });

  test("throws when a listing never holds still", async () => {
    await using alibaba = await startAlibaba();
    alibaba.offer(5);
    alibaba.cloud.intercept = ({ query }) => {
      if (query.get("PageNumber") === "2")
        alibaba.cloud.images.system.push(ecsImage(alibaba.cloud.requests.length + 10));
      return undefined;
    };

    const { failedParts } = await listAll(alibaba);

    const message = expect.stringMatching(
      /the list kept changing while it was read, tried 3 times: it had \d images, then \d/,
    );
    expect(failedParts).toEqual([{ part: "system", reason: "invalid-answer", message }]);
  });
});

describe("alibaba provider, the account's own view", () => {
  describeProviderContract(() => startOwn());

  test("lists its own images and those shared with it", async () => {
    await using alibaba = await startOwn();
    const mappings = [{ Device: "/dev/xvda", Size: "40", SnapshotId: "s-1", ImportOSSBucket: "", Format: "RAW" }];
    alibaba.cloud.images.self = [
      ecsImage(1, {
        IsPublic: false,
        Tags: { Tag: [{ TagKey: "team", TagValue: "platform" }] },
        Usage: "instance",
        DiskDeviceMappings: { DiskDeviceMapping: mappings },
      }),
      ecsImage(2, { IsPublic: true }),
    ];
    alibaba.cloud.images.others = [
      ecsImage(3, { IsPublic: false, ImageOwnerId: "99" }),
      ecsImage(4, { IsPublic: true }),
    ];

    const { images } = await listAll(alibaba);

    expect(images).toMatchObject([
      {
        visibility: "private",
        owned: true,
        keywords: expect.arrayContaining(["platform"]),
        extra: {
          usage: "instance",
          is_subscribed: false,
          tags: { team: "platform" },
          disk_device_mappings: {
            snapshot_id: "s-1",
            size: 40,
            device: "/dev/xvda",
            format: "RAW",
            import_oss_bucket: "",
            import_oss_object: null,
          },
        },
      },
      { visibility: "community", owned: true },
      { visibility: "shared", owned: false, ownerId: "99" },
    ]);
    expect(images).toHaveLength(3);
  });
});

describe("signatures of alibaba requests", () => {
  test("are those of the published example", () => {
    const url = new URL("https://ecs.cn-shanghai.aliyuncs.com/");
    url.search = encodeQuery({
      RegionId: "cn-shanghai",
      ImageId: "win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd",
    });

    const headers = signRequest(
      { id: "YourAccessKeyId", secret: "YourAccessKeySecret" },
      {
        method: "POST",
        url,
        action: "RunInstances",
        version: "2014-05-26",
        time: new Date("2023-10-26T10:22:32Z"),
        nonce: "3156853299f313e23d1673dc12e1703d",
      },
    );

    expect(headers["authorization"]).toBe(
      "ACS3-HMAC-SHA256 Credential=YourAccessKeyId," +
        "SignedHeaders=host;x-acs-action;x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version," +
        "Signature=06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0",
    );
  });

  test("are of queries encoded by RFC 3986, and sorted", () => {
    expect(encodeQuery({ b: "a b*c~d/e+(f)", B: "位", a: "" })).toBe("B=%E4%BD%8D&a=&b=a%20b%2Ac~d%2Fe%2B%28f%29");
  });

  test("are made anew for every try", async () => {
    await using alibaba = await startAlibaba();
    let refusals = 2;
    alibaba.cloud.intercept = () => (refusals-- > 0 ? { status: 503, json: {} } : undefined);

    await listAll(alibaba);

    const nonces = alibaba.cloud.requests.map(({ headers }) => headers["x-acs-signature-nonce"]);
    expect(new Set(nonces).size).toBe(5);
  });
});

describe("alibaba provider, an image with odd fields", () => {
  test.each(["public", "own"])("is read as long as its id is: %s", async (scope) => {
    await using alibaba = await (scope === "own" ? startOwn() : startAlibaba());
    const lists = {
      ImageOwnerId: 1234567890,
      Tags: { Tag: [{ TagKey: "team", TagValue: "platform" }] },
      DiskDeviceMappings: { DiskDeviceMapping: [{ Device: "/dev/xvda", Size: "40" }] },
    };

    const byOddness = await expectOddFieldsRead({
      item: (n) => ecsImage(n, lists),
      idField: "ImageId",
      idOf: ({ ImageId }) => String(ImageId),
      list(items) {
        // The API leaves out what has none of the statuses that are asked for.
        alibaba.cloud.intercept = ({ query }) => {
          const isAsked = ["system", "self"].includes(query.get("ImageOwnerAlias") ?? "");
          const from = (Number(query.get("PageNumber")) - 1) * 100;
          const Image = isAsked ? items.slice(from, from + 100) : [];
          return { json: { TotalCount: isAsked ? items.length : 0, PageSize: 100, Images: { Image } } };
        };
        return listAll(alibaba);
      },
    });

    const isOdd = (what: string): boolean => /^IsPublic = (null|7|"x"|\[|\{|missing)/.test(what);
    const said = [...byOddness].filter(([what]) => isOdd(what)).map(([, { visibility }]) => visibility);
    expect(new Set(said)).toEqual(new Set([scope === "own" ? "private" : "public"]));
  });

  test("carries its id where that is a number", async () => {
    await using alibaba = await startAlibaba();
    alibaba.cloud.images.system = [ecsImage(1, { ImageId: 7 })];

    expect((await listAll(alibaba)).rejected).toMatchObject([{ id: "7", reason: expect.stringMatching(/^ImageId: /) }]);
  });
});

describe("alibaba provider, who asks", () => {
  test("is the account that the Security Token Service names", async () => {
    await using alibaba = await startAlibaba();
    const { url } = alibaba.cloud;
    const provider = createAlibabaProvider({ ...OPTIONS, apiurl: url }, LIMITS, {}, new URL(url));

    expect(await identify(provider)).toBe(ACCOUNT);
  });

  test("is not known of a key that is refused", async () => {
    await using alibaba = await startAlibaba();
    const { url } = alibaba.cloud;
    const provider = createAlibabaProvider({ ...OPTIONS, apisecret: "other", apiurl: url }, LIMITS, {}, new URL(url));

    expect((await failureOf(identify(provider))).reason).toBe("credentials");
  });

  test("is asked beside the cloud's own endpoint alone", () => {
    const [hangzhou, vpc, foreign] = [
      "https://ecs.cn-hangzhou.aliyuncs.com",
      "https://ecs-vpc.cn-hangzhou.aliyuncs.com",
      "https://aliyuncs.com.example.org",
    ].map((url) => stsUrlFor(url, "cn-hangzhou")?.href);

    expect(hangzhou).toBe("https://sts.cn-hangzhou.aliyuncs.com/");
    expect(vpc).toBe("https://sts-vpc.cn-hangzhou.aliyuncs.com/");
    expect(foreign).toBeUndefined();
    expect(createAlibabaProvider({ ...OPTIONS, apiurl: "https://ecs.example.org" }, LIMITS).identify).toBeUndefined();
  });
});

describe("alibaba provider, refusing to go on", () => {
  describeHttpFailures(async () => {
    const alibaba = await startAlibaba();
    return {
      provider: alibaba.provider,
      answer: ({ status, headers = {}, body }) => (alibaba.cloud.intercept = () => ({ status, headers, html: body })),
      [Symbol.asyncDispose]: () => alibaba[Symbol.asyncDispose](),
    };
  });

  test.each([
    { what: "an unknown key", wrong: { apikey: "LTAI5tOther" }, says: /answered 404.*InvalidAccessKeyId\.NotFound/ },
    { what: "a wrong secret", wrong: { apisecret: "other" }, says: /answered 400.*SignatureDoesNotMatch/ },
  ])("calls $what wrong credentials", async ({ wrong, says }) => {
    await using alibaba = await startAlibaba();

    const error = await failureOf(listAll({ provider: alibaba.rewired(wrong) }));

    expect(error.reason).toBe("credentials");
    expect(error.message).toMatch(says);
  });

  test.each([
    { status: 400, code: "Throttling.User", reason: "throttled", tries: 3 * 5 },
    { status: 503, code: "Throttling", reason: "throttled", tries: 3 * 5 },
    { status: 403, code: "Forbidden.RAM", reason: "forbidden", tries: 3 },
    { status: 404, code: "InvalidRegionId.NotFound", reason: "invalid-answer", tries: 3 },
  ])("takes $status with $code for $reason", async ({ status, code, reason, tries }) => {
    await using alibaba = await startAlibaba();
    alibaba.cloud.intercept = () => refusal(status, code);

    const error = await failureOf(listAll(alibaba));

    expect(error.reason).toBe(reason);
    expect(error.message).toContain(code);
    expect(alibaba.cloud.requests).toHaveLength(tries);
  });

  test("keeps the secret out of every error, its causes included", async () => {
    await using alibaba = await startAlibaba();
    alibaba.cloud.intercept = () => ({ status: 403, json: { echo: SECRET } });

    const said = textOf(await failureOf(listAll(alibaba)));

    expect(said).toContain("[secret]");
    expect(said).not.toContain(SECRET);
  });

  test.each([
    { field: "region", wrong: undefined },
    { field: "region", wrong: "cn-hangzhou.example.org/" },
    { field: "apikey", wrong: undefined },
    { field: "apikey", wrong: "id,Signature=1" },
    { field: "apisecret", wrong: "" },
    { field: "apiurl", wrong: "ecs.aliyuncs.com" },
  ])("names $field when it is $wrong", ({ field, wrong }) => {
    const options = { region: "cn-hangzhou", apikey: KEY_ID, apisecret: SECRET, [field]: wrong };

    const create = (): unknown => alibabaProvider.create(options, LIMITS);

    expect(create).toThrow(ZodError);
    expect(create).toThrow(expect.objectContaining({ issues: [expect.objectContaining({ path: [field] })] }));
  });

  test("is one source for all backends of a region", () => {
    const options = { region: "eu-central-1", apikey: KEY_ID, apisecret: SECRET };

    expect(alibabaProvider.create(options, LIMITS).sources).toEqual([
      { key: "alibaba eu-central-1 own", scope: "own" },
      { key: "alibaba eu-central-1 public", scope: "public" },
    ]);
  });
});

interface AlibabaSubject extends Subject {
  readonly cloud: FakeAlibaba;
  /** The provider with other options, on the same cloud. */
  rewired(options: Partial<BackendOptions>): Subject["provider"];
}

async function startAlibaba(owner: "system" | "self" = "system"): Promise<AlibabaSubject> {
  const cloud = await startFakeAlibaba();
  const rewired = (others: Partial<BackendOptions>): Subject["provider"] =>
    createAlibabaProvider(
      { region: "cn-hangzhou", apiurl: cloud.url, apikey: KEY_ID, apisecret: SECRET, ...others },
      LIMITS,
      { sleep: async () => {} },
    );
  const onLaterPage = (answer: FakeAnswer): void => {
    cloud.intercept = ({ query }) => (query.get("PageNumber") === "1" ? undefined : answer);
  };
  return {
    cloud,
    provider: rewired({}),
    rewired,
    offer: (count) => (cloud.images[owner] = Array.from({ length: count }, (_, n) => ecsImage(n + 1))),
    breakAfterFirstPage: () => onLaterPage(refusal(403, "Forbidden.RAM")),
    cutSecondPage: () => onLaterPage({ json: { Images: { Image: [ecsImage(3)] } }, cut: true }),
    parts: {
      offer() {
        const isOwn = owner === "self";
        cloud.images[owner] = [ecsImage(1)];
        cloud.images.others = [ecsImage(2, { IsPublic: !isOwn })];
        return isOwn ? ["own", "shared"] : ["system", "community"];
      },
      break(part) {
        const alias = { own: "self", shared: "others", community: "others" }[part ?? ""] ?? part;
        cloud.intercept = ({ query }) =>
          alias === undefined || query.get("ImageOwnerAlias") === alias ? refusal(500, "InternalError") : undefined;
      },
    },
    repeatPage: () =>
      (cloud.intercept = () => ({
        json: { TotalCount: 5, PageSize: 2, Images: { Image: [ecsImage(1), ecsImage(2)] } },
      })),
    [Symbol.asyncDispose]: () => cloud[Symbol.asyncDispose](),
  };
}

/** As `startAlibaba`, but the account's own source is listed. */
async function startOwn(): Promise<AlibabaSubject> {
  const alibaba = await startAlibaba("self");
  const [source] = alibaba.provider.sources;
  return { ...alibaba, ...(source && { source }) };
}
