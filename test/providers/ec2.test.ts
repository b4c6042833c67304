import { afterEach, describe, expect, test, vi } from "vitest";
import type { ZodError } from "zod";
import type { ProviderError, ProviderErrorReason } from "../../src/errors.ts";
import { createEc2Provider, ec2Provider } from "../../src/providers/ec2/provider.ts";
import type { BackendOptions } from "../../src/providers/provider.ts";
import { allowedImages, ami, type FakeEc2, type FakeEc2Reply, list, refusal, startFakeEc2 } from "../fakes/ec2.ts";
import { startFakeSts } from "../fakes/sts.ts";
import { describeProviderContract, listAll, type Subject } from "./contract.ts";
import { FULL_AMI } from "./full-ami.ts";
import { identify } from "./identify.ts";

const LIMITS = { allowLinkLocal: false };
const KEYS = { apikey: "AKIAIOSFODNN7EXAMPLE", apisecret: "wJalrXUtnFEMI/K7MDENG" };
const FORGOTTEN_TOKEN = refusal("InvalidPaginationToken", 403, "The specified pagination token is expired.");

type Ec2 = Subject & { readonly cloud: FakeEc2 };

afterEach(() => {
  vi.unstubAllEnvs();
});

describe("ec2's public catalogue", () => {
  describeProviderContract(() => startEc2("public"));
});

describe("ec2's own images", () => {
  describeProviderContract(() => startEc2("own"));
});

describe("an AMI", () => {
  test("becomes a machine image", async () => {
    await using ec2 = await startEc2("public");
    ec2.cloud.images = [FULL_AMI];

    const { images } = await listAll(ec2);

    expect(images).toEqual([
      {
        id: "ami-06819667dd8c7bc4f",
        name: "aurora-2019",
        description: "Aurora & friends",
        ownerId: "679593333241",
        ownerAlias: "aws-marketplace",
        platform: "windows",
        architecture: "x86_64",
        visibility: "public",
        owned: false,
        createdAt: "2019-04-04T18:34:17.000Z",
        deprecatedAt: "2021-04-04T18:34:00.000Z",
        keywords: ["Aurora server", "grün 😀"],
        extra: expect.anything(),
      },
    ]);
  });

  test("carries what Libcloud says of it, then the rest, in the order of the contract", async () => {
    await using ec2 = await startEc2("public");
    ec2.cloud.images = [FULL_AMI];

    const { images } = await listAll(ec2);

    expect(Object.entries(images[0]?.extra ?? {})).toEqual([
      ["state", "available"],
      ["owner_id", "679593333241"],
      ["owner_alias", "aws-marketplace"],
      ["is_public", "true"],
      ["architecture", "x86_64"],
      ["image_type", "machine"],
      ["image_location", "aws-marketplace/aurora-2019"],
      ["platform", "windows"],
      ["description", "Aurora & friends"],
      ["root_device_type", "ebs"],
      ["virtualization_type", "hvm"],
      ["hypervisor", "xen"],
      ["kernel_id", "aki-1"],
      ["ramdisk_id", "ari-1"],
      ["ena_support", "true"],
      ["sriov_net_support", "simple"],
      ["creation_date", "2019-04-04T18:34:17.000Z"],
      ["tags", { Name: "Aurora server", farbe: "grün 😀", empty: "" }],
      [
        "block_device_mapping",
        [
          {
            device_name: "/dev/sda1",
            virtual_name: null,
            ebs: {
              snapshot_id: "snap-1",
              volume_id: null,
              volume_size: 40,
              delete: "true",
              volume_type: "gp2",
              iops: null,
              encrypted: "false",
            },
          },
          {
            device_name: "/dev/sdb",
            virtual_name: null,
            ebs: {
              snapshot_id: null,
              volume_id: null,
              volume_size: 8,
              delete: "false",
              volume_type: "gp3",
              encrypted: "true",
              iops: 3000,
              throughput: 125,
            },
          },
          { device_name: "/dev/sdc", virtual_name: "ephemeral0" },
        ],
      ],
      ["billing_products", ["bp-6ba54002"]],
      ["deprecation_time", "2021-04-04T18:34:00.000Z"],
      ["boot_mode", "uefi-preferred"],
      ["imds_support", "v2.0"],
      ["tpm_support", "v2.0"],
      ["platform_details", "Windows with SQL Server"],
      ["usage_operation", "RunInstances:0006"],
      ["root_device_name", "/dev/sda1"],
      ["product_codes", ["5ay784rzdc8caonwd01xzioz9"]],
      ["source_image_id", "ami-2"],
      ["source_image_region", "us-east-1"],
      ["image_allowed", "true"],
      ["free_tier_eligible", "false"],
      ["last_launched_time", "2025-10-12T00:00:00Z"],
    ]);
  });

  test("has null for every text that is absent, and empty lists", async () => {
    await using ec2 = await startEc2("public");
    ec2.cloud.images = [{ imageId: "ami-1", imageType: "machine" }];

    const [image] = (await listAll(ec2)).images;

    const { tags, block_device_mapping, billing_products, product_codes, image_type, ...texts } = image?.extra ?? {};
    expect(image).toMatchObject({ name: null, description: null, platform: null, createdAt: null, keywords: [] });
    expect({ tags, block_device_mapping, billing_products, product_codes, image_type }).toEqual({
      tags: {},
      block_device_mapping: [],
      billing_products: [],
      product_codes: [],
      image_type: "machine",
    });
    expect(Object.keys(texts)).toHaveLength(28);
    expect(new Set(Object.values(texts))).toEqual(new Set([null]));
  });

  test("keeps an empty description empty, and an odd date as it was written", async () => {
    await using ec2 = await startEc2("public");
    ec2.cloud.images = [
      ami(1, { description: "", creationDate: "" }),
      ami(2, { creationDate: "yesterday 2020" }),
      ami(3, { creationDate: "2020-13-45T00:00:00Z" }),
      ami(4, { creationDate: "2013-02-03T04:05:06" }),
      ami(5, { creationDate: "2013-02-03T04:05:06+02:00" }),
    ];

    const { images } = await listAll(ec2);

    expect(images[0]).toMatchObject({ description: "", extra: { description: "", creation_date: "" } });
    expect(images.map(({ createdAt, extra }) => [extra["creation_date"], createdAt])).toEqual([
      ["", null],
      ["yesterday 2020", null],
      ["2020-13-45T00:00:00Z", null],
      ["2013-02-03T04:05:06", "2013-02-03T04:05:06.000Z"],
      ["2013-02-03T04:05:06+02:00", "2013-02-03T02:05:06.000Z"],
    ]);
  });

  test("without a name or with an empty one is nameless", async () => {
    await using ec2 = await startEc2("public");
    ec2.cloud.images = [ami(1, { name: "" }), { imageId: "ami-2", imageType: "machine" }];

    const { images, rejected } = await listAll(ec2);

    expect(images.map(({ id, name }) => [id, name])).toEqual([
      ["ami-1", null],
      ["ami-2", null],
    ]);
    expect(rejected).toEqual([]);
  });

  test("without an id costs itself, not its page", async () => {
    await using ec2 = await startEc2("public");
    ec2.cloud.images = [{ name: "lost", imageType: "machine" }, ami(2)];

    const { images, rejected } = await listAll(ec2);

    expect(images.map(({ id }) => id)).toEqual(["ami-2"]);
    expect(rejected).toMatchObject([{ reason: expect.stringMatching(/^ImageId: /), item: { Name: "lost" } }]);
  });

  test("is told from kernels and ramdisks where an endpoint does not filter", async () => {
    await using ec2 = await startEc2("public");
    answerOnce(ec2.cloud, {
      body: answer(
        "<imageId>aki-1</imageId><imageType>kernel</imageType>",
        "<imageId>ari-1</imageId>",
        "<imageId>ami-1</imageId>",
      ),
    });

    const { images, rejected } = await listAll(ec2);

    expect(images.map(({ id }) => id)).toEqual(["ami-1"]);
    expect(rejected).toEqual([]);
  });

  test("is left out of the public catalogue when it is private, whatever the endpoint was asked", async () => {
    await using ec2 = await startEc2("public");
    ec2.cloud.images = [ami(1, { isPublic: "false" }), ami(2, { isPublic: "true" })];

    const { images } = await listAll(ec2);

    expect(images.map(({ id, visibility }) => [id, visibility])).toEqual([["ami-2", "public"]]);
  });

  test("can have a tag of any name", async () => {
    await using ec2 = await startEc2("public");
    ec2.cloud.images = [ami(1, { tagSet: list("<key>__proto__</key><value>x</value>") })];

    const [image] = (await listAll(ec2)).images;

    expect(JSON.stringify(image?.extra["tags"])).toBe('{"__proto__":"x"}');
  });
});

describe("what an account sees of its own", () => {
  test("is what it owns, then what is shared with it, each once", async () => {
    await using ec2 = await startEc2("own");
    ec2.cloud.owned = [ami(1, { isPublic: "false" }), ami(2, { isPublic: "true" }), ami(3)];
    ec2.cloud.shared = [ami(4, { isPublic: "false" }), ami(3), ami(5, { isPublic: "true" })];

    const { images } = await listAll(ec2);

    expect(images.map(({ id, owned, visibility }) => [id, owned, visibility])).toEqual([
      ["ami-1", true, "private"],
      ["ami-2", true, "public"],
      ["ami-3", true, "private"],
      ["ami-4", false, "shared"],
      ["ami-5", false, "public"],
    ]);
  });

  test("includes the disabled and the deprecated", async () => {
    await using ec2 = await startEc2("own");
    ec2.cloud.owned = [ami(1, { imageState: "disabled" }), ami(2, { deprecationTime: "2020-01-01T00:00:00.000Z" })];
    ec2.cloud.shared = [ami(3, { deprecationTime: "2020-01-01T00:00:00.000Z" })];

    const { images } = await listAll(ec2);

    expect(images.map(({ id, extra }) => [id, extra["state"]])).toEqual([
      ["ami-1", "disabled"],
      ["ami-2", null],
      ["ami-3", null],
    ]);
  });

  test("is asked for in two questions, of machine images only", async () => {
    await using ec2 = await startEc2("own");

    await listAll(ec2);

    expect(ec2.cloud.requests.map(({ params }) => Object.fromEntries(params))).toEqual([
      { ...EVERY_REQUEST, "Owner.1": "self", IncludeDisabled: "true" },
      { ...EVERY_REQUEST, "ExecutableBy.1": "self" },
    ]);
  });
});

describe("the public catalogue", () => {
  test("is asked for as what everybody may launch, with the key pair and in the region", async () => {
    await using ec2 = await startEc2("public");

    await listAll(ec2);

    expect(
      ec2.cloud.requests.map(({ params, ...request }) => ({ ...request, params: Object.fromEntries(params) })),
    ).toEqual([
      {
        path: "/",
        region: "eu-west-1",
        accessKey: KEYS.apikey,
        params: { ...EVERY_REQUEST, "ExecutableBy.1": "all" },
      },
    ]);
  });

  test("goes on from page to page by the token, past pages that the filter emptied", async () => {
    await using ec2 = await startEc2("public");
    ec2.cloud.images = [...kernels(4), ami(1), ...kernels(5)];

    const { images, calls } = await listAll(ec2);

    expect(images.map(({ id }) => id)).toEqual(["ami-1"]);
    // And one for the account's setting.
    expect(calls).toBe(5 + 1);
    expect(ec2.cloud.requests.map(({ params }) => params.get("NextToken"))).toEqual([null, "2", "4", "6", "8"]);
  });

  test("counts tries that failed", async () => {
    await using ec2 = await startEc2("public");
    ec2.cloud.images = [ami(1)];
    answerOnce(ec2.cloud, refusal("Unavailable", 503));

    const { images, calls } = await listAll(ec2);

    expect(images).toHaveLength(1);
    expect(calls).toBe(2 + 1);
  });

  test("takes a page that is empty and names no image set, as long as it names a next page", async () => {
    await using ec2 = await startEc2("public");
    ec2.cloud.images = [ami(1), ami(2), ami(3)];
    answerOnce(ec2.cloud, { body: "<DescribeImagesResponse><nextToken>2</nextToken></DescribeImagesResponse>" });

    const { images } = await listAll(ec2);

    expect(images.map(({ id }) => id)).toEqual(["ami-3"]);
  });

  test("does not follow tokens in a circle", async () => {
    await using ec2 = await startEc2("public");
    const next: Record<string, string> = { "": "a", a: "b", b: "a" };
    ec2.cloud.intercept = ({ params }) => ({ body: answerWithNext(next[params.get("NextToken") ?? ""] ?? "") });

    await expect(listAll(ec2)).rejects.toMatchObject(failure("invalid-answer", /names an earlier page/));
    expect(ec2.cloud.requests).toHaveLength(3);
  });

  test("does not follow new tokens for ever", async () => {
    await using ec2 = await startEc2("public", { tuning: { maxPages: 5 } });
    ec2.cloud.intercept = () => ({ body: answerWithNext(`t${ec2.cloud.requests.length}`) });

    await expect(listAll(ec2)).rejects.toMatchObject(failure("invalid-answer", /more than 5 pages/));
    expect(ec2.cloud.requests).toHaveLength(5);
  });

  test("leaves nothing behind on the signal of a long listing", async () => {
    await using ec2 = await startEc2("public");
    ec2.offer(60);
    const warnings: Error[] = [];
    const listen = (warning: Error): number => warnings.push(warning);
    process.on("warning", listen);

    const { calls } = await listAll(ec2);

    process.off("warning", listen);
    expect(calls).toBe(30 + 1);
    expect(warnings).toEqual([]);
  });
});

test("a probe asks for images made on each day since, of both views", async () => {
  for (const [scope, questions] of [
    ["public", 1],
    ["own", 2],
  ] as const) {
    await using ec2 = await startEc2(scope);
    ec2.cloud.images = [FULL_AMI];
    const source = ec2.source ?? ec2.provider.sources[0]!;
    const since = new Date(Date.now() - 2 * 86_400_000);

    await Array.fromAsync(ec2.provider.probeImages!(source, since, new AbortController().signal));

    const days = [-2, -1, 0, 1].map((n) => `${new Date(Date.now() + n * 86_400_000).toISOString().slice(0, 10)}T*`);
    expect(ec2.cloud.requests).toHaveLength(questions);
    for (const { params } of ec2.cloud.requests) {
      const values = [...params].filter(([name]) => name.startsWith("Filter.2.Value.")).map(([, value]) => value);
      expect(params.get("Filter.2.Name")).toBe("creation-date");
      expect(values).toEqual(days);
    }
  }
});

test("a probe after half a year stays below the 200 values that a filter may have", async () => {
  await using ec2 = await startEc2("public");
  const source = ec2.source ?? ec2.provider.sources[0]!;
  await Array.fromAsync(ec2.provider.probeImages!(source, new Date(0), new AbortController().signal));
  const values = [...(ec2.cloud.requests[0]?.params ?? [])].filter(([name]) => name.startsWith("Filter.2.Value."));
  expect(values.length).toBeGreaterThan(180);
  expect(values.length).toBeLessThanOrEqual(200);
});

describe("the account's Allowed AMIs setting", () => {
  test.each(["public", "own"] as const)(
    "is asked for once a listing (%s), and warned of when it hides",
    async (scope) => {
      await using ec2 = await startEc2(scope);
      ec2.offer(3);
      ec2.cloud.settings = allowedImages("enabled", "amazon", "123456789012");

      const { images, warning } = await listAll(ec2);

      expect(images).toHaveLength(3);
      expect(warning).toBe(
        "the account's Allowed AMIs setting is enabled: AMIs that it does not allow are not listed (it allows amazon, 123456789012)",
      );
      expect(ec2.cloud.settingsRequests.map(({ region, params }) => [region, Object.fromEntries(params)])).toEqual([
        ["eu-west-1", { Action: "GetAllowedImagesSettings", Version: "2016-11-15" }],
      ]);
    },
  );

  test.each<[string, FakeEc2Reply]>([
    ["is off", allowedImages("disabled")],
    ["only tells", allowedImages("audit-mode", "amazon")],
    ["may not be read", refusal("UnauthorizedOperation", 403)],
    ["is no action of the endpoint", refusal("InvalidAction", 400)],
    ["is unknown to the endpoint", refusal("UnknownOperationException", 404)],
    ["is answered with a page", { type: "text/html", body: "<!doctype html><p>hi<br>" }],
    ["breaks the endpoint", refusal("InternalError", 500)],
    ["is answered half", { ...allowedImages("enabled"), isCut: true }],
  ])("is no matter when it %s", async (_, reply) => {
    await using ec2 = await startEc2("public");
    ec2.offer(3);
    ec2.cloud.settings = reply;

    const { images, warning } = await listAll(ec2);

    expect(images).toHaveLength(3);
    expect(warning).toBeUndefined();
    expect(ec2.cloud.settingsRequests.length).toBeGreaterThan(0);
  });

  test("is not asked for by a probe", async () => {
    await using ec2 = await startEc2("public");
    const source = ec2.source ?? ec2.provider.sources[0]!;

    for await (const page of ec2.provider.probeImages!(source, new Date(), new AbortController().signal))
      expect(page.warning).toBeUndefined();

    expect(ec2.cloud.settingsRequests).toEqual([]);
  });
});

describe("a page token that expires", () => {
  test.each([
    FORGOTTEN_TOKEN,
    refusal("InvalidNextToken", 400),
    refusal("InvalidParameterValue", 400, "bad nextToken"),
  ])("restarts the listing: $body", async (reply) => {
    await using ec2 = await startEc2("public");
    ec2.offer(5);
    forgetTokens(ec2.cloud, 1, "2", reply);

    const { images, calls } = await listAll(ec2);

    expect(new Set(images.map(({ id }) => id)).size).toBe(5);
    expect(ec2.cloud.requests.map(({ params }) => params.get("NextToken"))).toEqual([null, "2", null, "2", "4"]);
    expect(calls).toBe(5 + 1);
  });

  test("brings nothing twice of an account's own images", async () => {
    await using ec2 = await startEc2("own");
    ec2.offer(5);
    forgetTokens(ec2.cloud, 3, "4");

    const { images } = await listAll(ec2);

    expect(images.map(({ id }) => id)).toEqual(["ami-0", "ami-1", "ami-2", "ami-3", "ami-4"]);
  });

  test("is an error the fourth time", async () => {
    await using ec2 = await startEc2("public");
    ec2.offer(5);
    forgetTokens(ec2.cloud, Infinity, "2");

    await expect(listAll(ec2)).rejects.toMatchObject(failure("invalid-answer", /expired 4 times.*start again/));
    expect(ec2.cloud.requests).toHaveLength(8);
  });

  test("is no excuse where none was sent", async () => {
    await using ec2 = await startEc2("public");
    ec2.cloud.intercept = () => FORGOTTEN_TOKEN;

    await expect(listAll(ec2)).rejects.toMatchObject(failure("invalid-answer", /InvalidPaginationToken/));
    expect(ec2.cloud.requests).toHaveLength(1);
  });
});

describe("a listing fails", () => {
  const CASES: [string, FakeEc2Reply, ProviderErrorReason, RegExp][] = [
    ["a wrong key pair", refusal("AuthFailure", 401), "credentials", /refused \(AuthFailure\)/],
    ["an unknown key", refusal("InvalidClientTokenId", 403), "credentials", /InvalidClientTokenId/],
    ["a wrong secret", refusal("SignatureDoesNotMatch", 403), "credentials", /SignatureDoesNotMatch/],
    ["an expired session", refusal("RequestExpired", 400), "credentials", /RequestExpired/],
    [
      "a missing permission",
      refusal("UnauthorizedOperation", 403),
      "forbidden",
      /^ec2 eu-west-1: listing refused \(UnauthorizedOperation\); needs ec2:DescribeImages$/,
    ],
    ["a 403 without a word", { status: 403, body: "" }, "forbidden", /needs ec2:DescribeImages/],
    ["throttling", refusal("RequestLimitExceeded", 503), "throttled", /RequestLimitExceeded/],
    ["a bare 429", { status: 429, body: "" }, "throttled", /throttled/],
    ["a failing service", refusal("InternalError", 500, "sorry"), "invalid-answer", /InternalError, HTTP 500\): sorry/],
    ["a parameter that is not known", refusal("InvalidParameter", 400, "what?"), "invalid-answer", /what\?/],
    [
      "a page of HTML",
      { type: "text/html", body: "<!doctype html><p>hi<br>" },
      "invalid-answer",
      /HTTP 200 .*not EC2's/,
    ],
    ["a page of XHTML", { type: "text/html", body: "<html><body/></html>" }, "invalid-answer", /no set of images/],
    ["JSON", { type: "application/json", body: '{"images":[]}' }, "invalid-answer", /not EC2's XML/],
    [
      "another answer of EC2",
      { body: "<DescribeTagsResponse><tagSet/></DescribeTagsResponse>" },
      "invalid-answer",
      /no set/,
    ],
    [
      "an error dressed as 200",
      { ...refusal("InternalError", 200), status: 200 },
      "invalid-answer",
      /no set of images/,
    ],
    ["an empty body", { body: "" }, "invalid-answer", /no set of images/],
    ["XML that ends early", { body: answer("<imageId>ami-1").slice(0, -50) }, "invalid-answer", /not EC2's XML/],
    ["a gateway's HTML", { status: 502, type: "text/html", body: "<p>bad<br>" }, "invalid-answer", /HTTP 502/],
    ["a redirect", { status: 301, body: "" }, "invalid-answer", /HTTP 301/],
    ["a path that is not there", { status: 404, body: "<html>no</html>" }, "invalid-answer", /HTTP 404/],
  ];

  test.each(CASES)("on %s", async (_, reply, reason, message) => {
    await using ec2 = await startEc2("public", { tuning: { maxAttempts: 1 } });
    ec2.cloud.intercept = () => reply;

    await expect(listAll(ec2)).rejects.toMatchObject(failure(reason, message));
    expect(ec2.cloud.requests).toHaveLength(1);
  });

  test("when nothing listens there", async () => {
    const gone = await startEc2("public", { tuning: { maxAttempts: 1 } });
    await gone[Symbol.asyncDispose]();

    await expect(listAll(gone)).rejects.toMatchObject(failure("unreachable", /127\.0\.0\.1:\d+ \(ECONNREFUSED\)/));
  });

  test("when an answer stops half way for too long", async () => {
    await using ec2 = await startEc2("public", { tuning: { maxAttempts: 1, idleTimeout: 100 } });
    ec2.cloud.intercept = () => ({ body: answer("<imageId>ami-1</imageId>"), stalls: true });

    await expect(listAll(ec2)).rejects.toMatchObject(failure("unreachable", /no answer in time/));
  });

  test("after as many tries as it has, each of them seen by the cloud", async () => {
    await using ec2 = await startEc2("public", { tuning: { maxAttempts: 3 } });
    ec2.cloud.intercept = () => refusal("Unavailable", 503);

    await expect(listAll(ec2)).rejects.toMatchObject(failure("invalid-answer", /Unavailable/));
    expect(ec2.cloud.requests).toHaveLength(3);
  });

  test("at once when it is stopped in the middle of an answer", async () => {
    await using ec2 = await startEc2("public");
    const stop = new AbortController();
    ec2.cloud.intercept = () => {
      stop.abort();
      return { body: answer("<imageId>ami-1</imageId>"), stalls: true };
    };

    await expect(drain(ec2, stop.signal)).rejects.toMatchObject({ name: "AbortError" });
    expect(ec2.cloud.requests).toHaveLength(1);
  });

  test("at a link-local address, without a request", async () => {
    const provider = create({ ...KEYS, apiurl: "http://169.254.169.254/" });

    await expect(listAll({ provider })).rejects.toMatchObject(failure("refused-address", /link-local/));
  });

  test("without saying its key pair, even when the endpoint does", async () => {
    await using ec2 = await startEc2("public", { tuning: { maxAttempts: 1 } });
    const echo = `Credential=AKIAABCDEFGHIJKLMNOP/2026, Signature=beef ${KEYS.apikey} ${KEYS.apisecret}`;
    ec2.cloud.intercept = () => refusal("InvalidParameterValue", 400, echo);

    const error = await listAll(ec2).catch((caught: unknown) => caught);

    const said = everythingIn(error);
    expect(said).toContain("[secret]");
    expect([KEYS.apikey, KEYS.apisecret, "AKIAABCDEFGHIJKLMNOP", "beef"].filter((word) => said.includes(word))).toEqual(
      [],
    );
  });
});

describe("without a key pair", () => {
  test("the SDK's own chain is asked for one", async () => {
    vi.stubEnv("AWS_ACCESS_KEY_ID", "AKIDFROMTHECHAIN");
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", "secret");
    await using ec2 = await startAmbient("public");
    ec2.offer(1);

    const { images } = await listAll(ec2);

    expect(images).toHaveLength(1);
    expect(ec2.cloud.requests.map(({ accessKey }) => accessKey)).toEqual(["AKIDFROMTHECHAIN"]);
  });

  test.each([
    "https://ec2.eu-west-1.amazonaws.com",
    "https://ec2-fips.us-east-1.amazonaws.com/",
    "https://ec2.cn-north-1.amazonaws.com.cn",
    "https://ec2.eu-west-1.api.aws",
    "https://vpce-0f89a33420c193abc-bluzidnv.ec2.us-gov-west-1.vpce.amazonaws.com",
  ])("AWS's own %s may be named", (apiurl) => {
    expect(create({ apiurl }).sources).toHaveLength(2);
  });

  test.each([
    "http://ec2.eu-west-1.amazonaws.com",
    "https://ec2.eu-west-1.amazonaws.com:8443",
    "https://ec2.eu-west-1.amazonaws.com.example.org",
    "https://ec2-3-8-1-2.eu-west-2.compute.amazonaws.com",
    "https://ec2.s3-website-us-east-1.amazonaws.com",
    "https://vpce-1.vpce-svc-2.eu-west-1.vpce.amazonaws.com",
    "https://cloud.example.org",
    "http://127.0.0.1:8080",
  ])("no other address may be named: %s", (apiurl) => {
    const { issues } = complaintOf({ apiurl });

    expect(issues).toMatchObject([{ path: ["apiurl"], message: expect.stringMatching(/apikey and apisecret/) }]);
  });

  test("a chain that has none is a matter of credentials", async () => {
    for (const name of ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"]) vi.stubEnv(name, undefined);
    vi.stubEnv("AWS_EC2_METADATA_DISABLED", "true");
    vi.stubEnv("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent/credentials");
    vi.stubEnv("AWS_CONFIG_FILE", "/nonexistent/config");
    await using ec2 = await startAmbient("public");

    await expect(listAll(ec2)).rejects.toMatchObject(failure("credentials", /no credentials: /));
    expect(ec2.cloud.requests).toEqual([]);
  });
});

describe("the environment's endpoint", () => {
  test("is asked, and named in the sources, by backends without an address of their own", async () => {
    await using cloud = await startFakeEc2();
    cloud.images = [ami(1)];
    const provider = createEc2Provider(
      { region: "eu-west-1", ...KEYS },
      { ...LIMITS, ec2Endpoint: `${cloud.url}/aws/` },
    );

    expect(provider.sources.map(({ key }) => key)).toEqual([
      `ec2 eu-west-1 own ${cloud.url}/aws`,
      `ec2 eu-west-1 public ${cloud.url}/aws`,
    ]);
    expect((await listAll({ provider })).images).toHaveLength(1);
  });

  test("is not asked by a backend that names its own", async () => {
    await using ec2 = await startEc2("public");
    const provider = createEc2Provider(
      { region: "eu-west-1", ...KEYS, apiurl: ec2.cloud.url },
      { ...LIMITS, ec2Endpoint: "http://127.0.0.1:1" },
    );
    ec2.offer(1);

    expect((await listAll({ provider })).images).toHaveLength(1);
  });

  test.each(["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_EC2"])(
    "is not taken from %s behind the key's back",
    async (name) => {
      await using other = await startFakeEc2();
      await using ec2 = await startEc2("public");
      vi.stubEnv(name, other.url);
      const limits = { ...LIMITS, ec2Endpoint: ec2.cloud.url };

      await listAll({ provider: createEc2Provider({ region: "eu-west-1", ...KEYS }, limits) });

      expect(other.requests).toEqual([]);
      expect(ec2.cloud.requests).toHaveLength(1);
    },
  );
});

describe("who asks", () => {
  test("is the account that STS names for the key pair", async () => {
    await using sts = await startFakeSts();

    expect(await identify(stsProvider(sts.url, KEYS))).toBe("123456789012");
    expect(sts.requests).toMatchObject([
      { method: "POST", body: { Action: "GetCallerIdentity", Version: "2011-06-15" } },
    ]);
  });

  test("is the account of the session that the SDK's chain finds", async () => {
    vi.stubEnv("AWS_ACCESS_KEY_ID", KEYS.apikey);
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", KEYS.apisecret);
    vi.stubEnv("AWS_SESSION_TOKEN", "a session");
    await using sts = await startFakeSts();

    expect(await identify(stsProvider(sts.url, {}))).toBe("123456789012");
    expect(sts.requests[0]?.headers["x-amz-security-token"]).toBe("a session");
  });

  test("is not known of keys that STS refuses", async () => {
    await using sts = await startFakeSts();

    const error = await identify(stsProvider(sts.url, { ...KEYS, apisecret: "wrong" })).catch((e: unknown) => e);

    expect(error).toMatchObject({ name: "ProviderError", reason: "credentials" });
    expect(everythingIn(error)).not.toContain("wrong");
  });

  test("is said to be unknown when STS does not answer, after two tries", async () => {
    await using sts = await startFakeSts();
    sts.answer = { status: 503, html: "busy" };

    await expect(identify(stsProvider(sts.url, KEYS))).rejects.toMatchObject({ reason: "invalid-answer", calls: 2 });
    expect(sts.requests).toHaveLength(2);
  });

  test("is never asked at AWS about another cloud's keys", async () => {
    await using sts = await startFakeSts();
    const options = { region: "eu-west-1", ...KEYS, apiurl: "https://cloud.example" };

    expect(await identify(createEc2Provider(options, { ...LIMITS, stsEndpoint: sts.url }))).toBeUndefined();
    expect(sts.requests).toEqual([]);
  });
});

describe("a backend's options", () => {
  test("name the sources, without a secret", () => {
    expect(create(KEYS).sources).toEqual([
      { key: "ec2 eu-west-1 own", scope: "own" },
      { key: "ec2 eu-west-1 public", scope: "public" },
    ]);
    expect(create({ ...KEYS, apiurl: "https://Cloud.example:443/services/compute/" }).sources[1]?.key).toBe(
      "ec2 eu-west-1 public https://cloud.example/services/compute",
    );
  });

  test("put the requests on the path of the endpoint", async () => {
    await using ec2 = await startEc2("public", { path: "/services/compute" });

    await listAll(ec2);

    expect(ec2.cloud.requests.map(({ path }) => path)).toEqual(["/services/compute/"]);
  });

  test.each([
    "eu-west-1",
    "us-gov-east-1",
    "cn-northwest-1",
    "us-iso-east-1",
    "eusc-de-east-1",
    "mx-central-1",
    "ap-southeast-99",
    "xx-southwest-1",
    "eu-ireland-1",
  ])("allow AWS's %s, new countries and numbers too", (region) => {
    expect(create({ region }).sources).toHaveLength(2);
  });

  test("allow a compatible cloud its own regions", () => {
    for (const region of ["cloud", "eu-wset-1"])
      expect(create({ ...KEYS, region, apiurl: "http://127.0.0.1:1" }).sources).toHaveLength(2);
  });

  test.each<[Partial<BackendOptions>, string, RegExp]>([
    [{ region: undefined }, "region", /expected a region such as eu-west-1/],
    [{ region: "Ireland" }, "region", /expected a region such as eu-west-1/],
    [{ region: "cloud" }, "region", /expected a region such as eu-west-1/],
    [{ region: "eu-wset-1" }, "region", /^no region of AWS is named "eu-wset-1"; did you mean "eu-west-1"\?$/],
    [{ region: "us-gov-esat-1" }, "region", /; did you mean "us-gov-east-1"/],
    [{ ...KEYS, region: "x/../y", apiurl: "http://127.0.0.1" }, "region", /expected a region such as eu-west-1/],
    [{ apikey: "A" }, "apisecret", /expected the secret access key that belongs to apikey/],
    [{ apisecret: "s" }, "apikey", /expected the access key id that belongs to apisecret/],
    [{ apiurl: "cloud.example" }, "apiurl", /expected an http or https URL/],
    [{ apiurl: "ftp://cloud.example" }, "apiurl", /expected an http or https URL/],
    [{ apiurl: "https://u:p@cloud.example" }, "apiurl", /without user name and password/],
    [{ apiurl: "https://cloud.example/?a=b" }, "apiurl", /without query/],
  ])("refuse %o, naming the field", (options, field, message) => {
    const error = complaintOf(options);

    expect(error.issues.map(({ path }) => path)).toEqual([[field]]);
    expect(error.issues[0]?.message).toMatch(message);
    expect(error.message).not.toContain("u:p");
  });
});

const EVERY_REQUEST = {
  Action: "DescribeImages",
  Version: "2016-11-15",
  "Filter.1.Name": "image-type",
  "Filter.1.Value.1": "machine",
  IncludeDeprecated: "true",
  MaxResults: "1000",
};

function kernels(count: number): ReturnType<typeof ami>[] {
  return Array.from({ length: count }, (_, n) => ami(n, { imageId: `aki-${n}`, imageType: "kernel" }));
}

function answer(...items: string[]): string {
  return `<DescribeImagesResponse><imagesSet>${list(...items)}</imagesSet></DescribeImagesResponse>`;
}

function answerWithNext(token: string): string {
  return `<DescribeImagesResponse><imagesSet/><nextToken>${token}</nextToken></DescribeImagesResponse>`;
}

function answerOnce(cloud: FakeEc2, reply: FakeEc2Reply): void {
  cloud.intercept = () => (cloud.requests.length === 1 ? reply : undefined);
}

/** Forgets a token the first `times` that it comes. */
function forgetTokens(cloud: FakeEc2, times: number, token: string, reply = FORGOTTEN_TOKEN): void {
  let left = times;
  cloud.intercept = ({ params }) => (params.get("NextToken") === token && left-- > 0 ? reply : undefined);
}

function failure(reason: ProviderErrorReason, message: RegExp): Partial<ProviderError> {
  return {
    name: "ProviderError",
    provider: "ec2",
    scope: "eu-west-1",
    reason,
    message: expect.stringMatching(message),
  };
}

function create(options: Partial<BackendOptions>): ReturnType<typeof createEc2Provider> {
  return ec2Provider.create({ region: "eu-west-1", ...options }, LIMITS);
}

function complaintOf(options: Partial<BackendOptions>): ZodError {
  try {
    create(options);
  } catch (error) {
    return error as ZodError;
  }
  throw new Error("expected the options to be refused");
}

/** Messages, stacks and all fields of an error and its causes, hidden ones too. */
function everythingIn(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const fields = Object.getOwnPropertyNames(error).map((name) => String(Reflect.get(error, name)));
  return [...fields, JSON.stringify(error), everythingIn(error.cause)].join("\n");
}

async function drain({ provider, source }: Ec2, signal: AbortSignal): Promise<void> {
  for await (const page of provider.listImages(source ?? provider.sources[0]!, signal)) expect(page).toBeDefined();
}

interface Setup {
  readonly keys?: Partial<BackendOptions>;
  readonly path?: string;
  readonly tuning?: Parameters<typeof createEc2Provider>[2];
}

/** As `startEc2`, but with the server's own credentials, and the address as the environment has it. */
async function startAmbient(scope: "public" | "own"): Promise<Ec2> {
  const ec2 = await startEc2(scope);
  const limits = { ...LIMITS, ec2Endpoint: ec2.cloud.url };
  return { ...ec2, provider: createEc2Provider({ region: "eu-west-1" }, limits, { maxAttempts: 2 }) };
}

function stsProvider(url: string, keys: Partial<BackendOptions>): ReturnType<typeof createEc2Provider> {
  return createEc2Provider({ region: "eu-west-1", ...keys }, { ...LIMITS, stsEndpoint: url });
}

async function startEc2(scope: "public" | "own", { keys = KEYS, path = "", tuning }: Setup = {}): Promise<Ec2> {
  const cloud = await startFakeEc2();
  const provider = createEc2Provider({ region: "eu-west-1", apiurl: cloud.url + path, ...keys }, LIMITS, {
    maxAttempts: 2,
    ...tuning,
  });
  const held = scope === "public" ? cloud.images : cloud.owned;
  return {
    cloud,
    provider,
    source: provider.sources.find((source) => source.scope === scope)!,
    offer: (count) => held.push(...Array.from({ length: count }, (_, n) => ami(n))),
    breakAfterFirstPage: () => {
      cloud.intercept = ({ params }) => (params.has("NextToken") ? refusal("UnauthorizedOperation", 403) : undefined);
    },
    cutSecondPage: () => {
      const body = answer("<imageId>ami-9</imageId>");
      cloud.intercept = ({ params }) => (params.has("NextToken") ? { body, isCut: true } : undefined);
    },
    insertEmptyPage: () => held.splice(2, 0, ...kernels(2)),
    repeatPage: () => (cloud.nextToken = "2"),
    [Symbol.asyncDispose]: () => cloud[Symbol.asyncDispose](),
  };
}
