import { createPrivateKey } from "node:crypto";
import { describe, expect, test } from "vitest";
import { ZodError } from "zod";
import { createOracleProvider, oracleProvider } from "../../src/providers/oracle/provider.ts";
import { signRequest } from "../../src/providers/oracle/sign-request.ts";
import type { BackendOptions } from "../../src/providers/provider.ts";
import type { FakeAnswer } from "../fakes/json-server.ts";
import {
  COMPARTMENT,
  type FakeOracle,
  KEY_ID,
  ociImage,
  PRIVATE_KEY,
  refusal,
  startFakeOracle,
} from "../fakes/oracle.ts";
import { describeProviderContract, listAll, type Subject } from "./contract.ts";
import { failureOf, textOf } from "./failure-of.ts";
import { describeHttpFailures } from "./http-failures.ts";
import { identify } from "./identify.ts";
import { expectOddFieldsRead } from "./odd-fields.ts";

/** The key of the published example, and of nobody. */
const EXAMPLE_KEY = `-----BEGIN RSA PRIVATE KEY-----
MIICXgIBAAKBgQDCFENGw33yGihy92pDjZQhl0C36rPJj+CvfSC8+q28hxA161QF
NUd13wuCTUcq0Qd2qsBe/2hFyc2DCJJg0h1L78+6Z4UMR7EOcpfdUE9Hf3m/hs+F
UR45uBJeDK1HSFHD8bHKD6kv8FPGfJTotc+2xjJwoYi+1hqp1fIekaxsyQIDAQAB
AoGBAJR8ZkCUvx5kzv+utdl7T5MnordT1TvoXXJGXK7ZZ+UuvMNUCdN2QPc4sBiA
QWvLw1cSKt5DsKZ8UETpYPy8pPYnnDEz2dDYiaew9+xEpubyeW2oH4Zx71wqBtOK
kqwrXa/pzdpiucRRjk6vE6YY7EBBs/g7uanVpGibOVAEsqH1AkEA7DkjVH28WDUg
f1nqvfn2Kj6CT7nIcE3jGJsZZ7zlZmBmHFDONMLUrXR/Zm3pR5m0tCmBqa5RK95u
412jt1dPIwJBANJT3v8pnkth48bQo/fKel6uEYyboRtA5/uHuHkZ6FQF7OUkGogc
mSJluOdc5t6hI1VsLn0QZEjQZMEOWr+wKSMCQQCC4kXJEsHAve77oP6HtG/IiEn7
kpyUXRNvFsDE0czpJJBvL/aRFUJxuRK91jhjC68sA7NsKMGg5OXb5I5Jj36xAkEA
gIT7aFOYBFwGgQAQkWNKLvySgKbAZRTeLBacpHMuQdl1DfdntvAyqpAZ0lY0RKmW
G6aFKaqQfOXKCyWoUiVknQJAXrlgySFci/2ueKlIE1QqIiLSZ8V8OlpFLRnb1pzI
7U1yQXnTAEFYM560yJlzUpOb1V4cScGd365tiSMvxLOvTA==
-----END RSA PRIVATE KEY-----`;
const LIMITS = { allowLinkLocal: false };
const OPTIONS = {
  region: "eu-frankfurt-1",
  tenantName: COMPARTMENT,
  apikey: KEY_ID,
  apisecret: PRIVATE_KEY,
};

describe("oracle provider, a region's platform images", () => {
  describeProviderContract(() => startOracle());

  test("asks for the compartment's images, page by page, each request signed", async () => {
    await using oracle = await startOracle();
    oracle.offer(3);

    await listAll(oracle);

    const compartment = `compartmentId=${COMPARTMENT}&limit=1000`;
    expect(oracle.cloud.requests.map(({ target }) => target)).toEqual([
      `/20160918/images?${compartment}`,
      `/20160918/images?${compartment}&page=p%2B2%3D`,
    ]);
  });

  test("reads an image, all that the API says under names in Libcloud's style", async () => {
    await using oracle = await startOracle();
    oracle.cloud.images = [ociImage(1), ociImage(2, { compartmentId: COMPARTMENT })];

    const { images, rejected } = await listAll(oracle);

    expect(rejected).toEqual([]);
    expect(images).toEqual([
      {
        id: "ocid1.image.oc1.eu-frankfurt-1.aaaaaaaa1",
        name: "Oracle-Linux-9.4-2024.08.1-0",
        description: null,
        ownerId: null,
        ownerAlias: null,
        platform: "Oracle Linux",
        architecture: null,
        visibility: "public",
        owned: false,
        createdAt: "2024-08-29T21:10:29.600Z",
        deprecatedAt: null,
        keywords: ["9"],
        extra: {
          base_image_id: null,
          compartment_id: null,
          create_image_allowed: true,
          defined_tags: {},
          freeform_tags: {},
          launch_mode: "NATIVE",
          launch_options: { bootVolumeType: "PARAVIRTUALIZED", firmware: "UEFI_64" },
          lifecycle_state: "AVAILABLE",
          listing_type: null,
          operating_system: "Oracle Linux",
          operating_system_version: "9",
          agent_features: null,
          size_in_mbs: 47694,
          billable_size_in_gbs: 4,
          time_created: "2024-08-29T21:10:29.600Z",
        },
      },
    ]);
  });

  test("leaves out what is deleted, and what cannot be read with a note", async () => {
    await using oracle = await startOracle();
    oracle.cloud.images = [ociImage(1, { lifecycleState: "DELETED" }), ociImage(2, { id: null }), ociImage(3)];

    const { images, rejected } = await listAll(oracle);

    expect(images).toMatchObject([{ id: "ocid1.image.oc1.eu-frankfurt-1.aaaaaaaa3" }]);
    expect(rejected).toMatchObject([{ reason: expect.stringMatching(/^id: /) }]);
  });
});

describe("oracle provider, the compartment's images", () => {
  describeProviderContract(() => startOwn());

  test("reads a custom image with its tags, disabled ones too", async () => {
    await using oracle = await startOwn();
    oracle.cloud.images = [
      ociImage(1),
      ociImage(2, {
        compartmentId: COMPARTMENT,
        displayName: "golden",
        lifecycleState: "DISABLED",
        operatingSystem: "Windows",
        operatingSystemVersion: "Server 2022",
        freeformTags: { Department: "Finance" },
        definedTags: { Operations: { CostCenter: "42", approved: true } },
      }),
      ociImage(3, { compartmentId: COMPARTMENT, listingType: "COMMUNITY", displayName: null }),
    ];

    const { images } = await listAll(oracle);

    expect(images).toMatchObject([
      {
        name: "golden",
        ownerId: COMPARTMENT,
        platform: "Windows",
        visibility: "private",
        owned: true,
        keywords: ["Server 2022", "Finance", "42"],
        extra: { lifecycle_state: "DISABLED", defined_tags: { Operations: { CostCenter: "42", approved: true } } },
      },
      { name: null, visibility: "community", owned: true },
    ]);
    expect(images).toHaveLength(2);
  });
});

describe("signatures of oracle requests", () => {
  test("are those of the published example", () => {
    const url = new URL(
      "https://iaas.us-phoenix-1.oraclecloud.com/20160918/instances?availabilityDomain=Pjwf%3A%20PHX-AD-1" +
        `&compartmentId=${COMPARTMENT}&displayName=TeamXInstances` +
        "&volumeId=ocid1.volume.oc1.phx.abyhqljrgvttnlx73nmrwfaux7kcvzfs3s66izvxf2h4lgvyndsdsnoiwr5q",
    );

    const headers = signRequest(
      { id: KEY_ID, key: createPrivateKey(EXAMPLE_KEY) },
      url,
      "Thu, 05 Jan 2014 21:31:40 GMT",
    );

    expect(headers["authorization"]).toBe(
      `Signature version="1",headers="date (request-target) host",keyId="${KEY_ID}",algorithm="rsa-sha256",` +
        'signature="GBas7grhyrhSKHP6AVIj/h5/Vp8bd/peM79H9Wv8kjoaCivujVXlpbKLjMPeDUhxkFIWtTtLBj3sUzaFj34XE6YZAHc9r2Dm' +
        'E4pMwOAy/kiITcZxa1oHPOeRheC0jP2dqbTll8fmTZVwKZOKHYPtrLJIJQHJjNvxFWeHQjMaR7M="',
    );
  });

  test("are made anew for every try", async () => {
    await using oracle = await startOracle();
    let refusals = 2;
    oracle.cloud.intercept = () => (refusals-- > 0 ? { status: 503, json: {} } : undefined);

    await listAll(oracle);

    expect(oracle.cloud.requests).toHaveLength(3);
  });
});

describe("oracle provider, an image with odd fields", () => {
  test("is read as long as its id is, and is never public because its compartment cannot be read", async () => {
    await using oracle = await startOracle();

    const byOddness = await expectOddFieldsRead({
      item: (n) =>
        ociImage(n, {
          compartmentId: COMPARTMENT,
          freeformTags: { team: "platform" },
          definedTags: { Operations: { CostCenter: "42" } },
        }),
      idField: "id",
      idOf: ({ id }) => String(id),
      async list(items) {
        oracle.cloud.images = [...items];
        const [own, shared] = await Promise.all(
          oracle.provider.sources.map((source) => listAll({ provider: oracle.provider, source })),
        );
        // Both sources read the same list.
        return { images: [...(own?.images ?? []), ...(shared?.images ?? [])], rejected: own?.rejected ?? [] };
      },
    });

    const said = [...byOddness].filter(([, { visibility }]) => visibility === "public").map(([what]) => what);
    expect(said).toEqual(["compartmentId = null"]);
  });
});

describe("oracle provider, who asks", () => {
  test("is the user of a tenancy in a compartment, once a signed request was accepted", async () => {
    await using oracle = await startOracle();

    const account = await identify(oracle.provider);

    expect(account).toBe(
      "aaaaaaaaba3pv6wkcr4jqae5f15p2b2m2yt2j6rx32uzr4h25vqstifsfdsq/" +
        "aaaaaaaat5nvwcna5j6aqzjcaty5eqbb6qt2jvpkanghtgdaqedqw3rynjq/" +
        "aaaaaaaam3we6vgnherjq5q2idnccdflvjsnog7mlr6rtdb25gilchfeyjxa",
    );
    expect(account?.length).toBeLessThanOrEqual(200);
    expect(oracle.cloud.requests).toHaveLength(1);
  });

  test("is not known of a key that is refused, and not told of a compartment that is closed", async () => {
    await using oracle = await startOracle();
    const other = KEY_ID.replace("20:3b", "20:3c");

    expect((await failureOf(identify(oracle.rewired({ apikey: other })))).reason).toBe("credentials");
    oracle.cloud.intercept = () => refusal(404, "NotAuthorizedOrNotFound");
    expect(await identify(oracle.provider)).toBeUndefined();
  });
});

describe("oracle provider, refusing to go on", () => {
  describeHttpFailures(async () => {
    const oracle = await startOracle();
    return {
      provider: oracle.provider,
      answer: ({ status, headers = {}, body }) => (oracle.cloud.intercept = () => ({ status, headers, html: body })),
      [Symbol.asyncDispose]: () => oracle[Symbol.asyncDispose](),
    };
  });

  test("calls an unknown key wrong credentials", async () => {
    await using oracle = await startOracle();
    const provider = oracle.rewired({ apikey: KEY_ID.replace("20:3b", "20:3c") });

    const error = await failureOf(listAll({ provider }));

    expect(error).toMatchObject({ provider: "oracle", scope: "eu-frankfurt-1", reason: "credentials" });
    expect(error.message).toContain("NotAuthenticated");
  });

  test("calls a compartment that is not seen forbidden", async () => {
    await using oracle = await startOracle();
    const provider = oracle.rewired({ tenantName: "ocid1.compartment.oc1..other" });

    const error = await failureOf(listAll({ provider }));

    expect(error.reason).toBe("forbidden");
    expect(error.message).toMatch(/no such compartment.*NotAuthorizedOrNotFound/);
  });

  test("quotes no signature and no key", async () => {
    await using oracle = await startOracle();
    oracle.cloud.intercept = () => refusal(403, "NotAllowed");

    const said = textOf(await failureOf(listAll(oracle)));

    expect(said).not.toContain("signature=");
    expect(said).not.toContain("PRIVATE KEY");
  });

  test.each([
    { field: "region", wrong: undefined },
    { field: "region", wrong: "eu-frankfurt-1.example.org/" },
    { field: "tenantName", wrong: undefined },
    { field: "tenantName", wrong: "lab" },
    { field: "apikey", wrong: undefined },
    { field: "apikey", wrong: "ocid1.user.oc1..aaaa" },
    { field: "apikey", wrong: KEY_ID.replace(":34", ':34",x="1') },
    { field: "apisecret", wrong: undefined },
    { field: "apisecret", wrong: "-----BEGIN PRIVATE KEY-----" },
    { field: "apiurl", wrong: "iaas.eu-frankfurt-1.oraclecloud.com" },
  ])("names $field when it is $wrong", ({ field, wrong }) => {
    const create = (): unknown => oracleProvider.create({ ...OPTIONS, [field]: wrong }, LIMITS);

    expect(create).toThrow(ZodError);
    expect(create).toThrow(expect.objectContaining({ issues: [expect.objectContaining({ path: [field] })] }));
  });

  test("takes a key whose lines are joined as in JSON, and is one source for all backends of a region", () => {
    const apisecret = PRIVATE_KEY.replaceAll("\n", "\\n");

    expect(oracleProvider.create({ ...OPTIONS, apisecret }, LIMITS).sources).toEqual([
      { key: "oracle eu-frankfurt-1 own", scope: "own" },
      { key: "oracle eu-frankfurt-1 public", scope: "public" },
    ]);
  });
});

interface OracleSubject extends Subject {
  readonly cloud: FakeOracle;
  /** The provider with other options, on the same cloud. */
  rewired(options: Partial<BackendOptions>): Subject["provider"];
}

async function startOracle(fields: Record<string, unknown> = {}): Promise<OracleSubject> {
  const cloud = await startFakeOracle();
  const rewired = (others: Partial<BackendOptions>): Subject["provider"] =>
    createOracleProvider({ ...OPTIONS, apiurl: `${cloud.url}/20160918`, ...others }, LIMITS, { sleep: async () => {} });
  const onLaterPage = (answer: FakeAnswer): void => {
    cloud.intercept = ({ query }) => (query.has("page") ? answer : undefined);
  };
  return {
    cloud,
    provider: rewired({}),
    rewired,
    offer: (count) => (cloud.images = Array.from({ length: count }, (_, n) => ociImage(n + 1, fields))),
    breakAfterFirstPage: () => onLaterPage(refusal(403, "NotAllowed")),
    cutSecondPage: () => onLaterPage({ json: [ociImage(3, fields)], cut: true }),
    insertEmptyPage: () =>
      (cloud.intercept = ({ query }) => {
        const isFirstTime = cloud.requests.filter((seen) => seen.query.has("page")).length === 1;
        return query.has("page") && isFirstTime ? { json: [], headers: { "opc-next-page": "p+02=" } } : undefined;
      }),
    repeatPage: () => (cloud.intercept = () => ({ json: [ociImage(1, fields)], headers: { "opc-next-page": "p+2=" } })),
    [Symbol.asyncDispose]: () => cloud[Symbol.asyncDispose](),
  };
}

/** As `startOracle`, but the compartment's own source is listed. */
async function startOwn(): Promise<OracleSubject> {
  const oracle = await startOracle({ compartmentId: COMPARTMENT });
  const [source] = oracle.provider.sources;
  return { ...oracle, ...(source && { source }) };
}
