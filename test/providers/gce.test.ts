import { describe, expect, test } from "vitest";
import { ZodError } from "zod";
import { createGceProvider, gceProvider } from "../../src/providers/gce/provider.ts";
import { PUBLIC_PROJECTS } from "../../src/providers/gce/public-projects.ts";
import { signInWithDefaultCredentials } from "../../src/providers/gce/default-credentials.ts";
import type { BackendOptions } from "../../src/providers/provider.ts";
import { createJsonClient } from "../../src/providers/transport/http/json-client.ts";
import { type FakeGce, gceImage, PRIVATE_KEY, refusal, startFakeGce } from "../fakes/gce.ts";
import { type FakeAnswer, startJsonServer } from "../fakes/json-server.ts";
import { describeProviderContract, listAll, type Subject } from "./contract.ts";
import { failureOf, textOf } from "./failure-of.ts";
import { describeHttpFailures } from "./http-failures.ts";
import { identify } from "./identify.ts";
import { expectOddFieldsRead } from "./odd-fields.ts";

const LIMITS = { allowLinkLocal: false };

describe("gce provider, public images", () => {
  describeProviderContract(() => startGce());

  test("asks every public project for pages of 500, with a token", async () => {
    await using gce = await startGce();
    gce.offer(3);

    expect((await listAll(gce)).images).toHaveLength(3);

    const [signIn, ...asked] = gce.cloud.requests;
    expect(signIn).toMatchObject({ method: "POST", path: "/token" });
    const projects = PUBLIC_PROJECTS.map(({ id }) => `/compute/v1/projects/${id}/global/images`);
    expect([...new Set(asked.map(({ path }) => path))]).toEqual(projects);
    expect(new Set(asked.map(({ headers }) => headers.authorization))).toEqual(new Set(["Bearer ya29.fake-token-1"]));
    const ofDebian = asked.filter(({ path }) => path.includes("debian-cloud")).map(({ query }) => query.toString());
    expect(ofDebian).toEqual(["maxResults=500", "maxResults=500&pageToken=page-2"]);
  });

  test("reads an image under Libcloud's names, in their order, and keeps the rest", async () => {
    await using gce = await startGce();
    gce.cloud.projects = { "debian-cloud": [gceImage(1, { storageLocations: ["us"], architecture: "ARM64" })] };

    const { images, rejected } = await listAll(gce);

    expect(rejected).toEqual([]);
    expect(images).toEqual([
      {
        id: "7222939640269420001",
        name: "debian-9-stretch-v1",
        description: "Debian, Debian GNU/Linux, 9 (stretch), amd64 built on 1",
        ownerId: "debian-cloud",
        ownerAlias: null,
        platform: "debian",
        architecture: "arm64",
        visibility: "public",
        owned: false,
        createdAt: "2018-05-11T02:58:07.050Z",
        deprecatedAt: null,
        keywords: ["debian-9", "debian-9-stretch"],
        extra: expect.objectContaining({ family: "debian-9", labels: null, licenseCodes: ["1000205"] }),
      },
    ]);
    expect(Object.keys(images[0]?.extra ?? {})).toEqual(
      // prettier-ignore
      ["description", "family", "creationTimestamp", "selfLink", "sourceType", "rawDisk", "status", "archiveSizeBytes",
       "diskSizeGb", "guestOsFeatures", "licenses", "labels", "labelFingerprint", "architecture", "licenseCodes",
       "storageLocations"],
    );
  });

  // Records of the projects' own listings.
  test.each([
    {
      what: "an old one without licences by its project",
      project: "debian-cloud",
      fields: {
        name: "backports-debian-7-wheezy-v20131127",
        licenses: undefined,
        deprecated: { state: "DEPRECATED", deprecated: "1970-01-01", obsolete: "1970-01-02", deleted: "1970-01-03" },
      },
      expected: { platform: "debian", deprecatedAt: "1970-01-01T00:00:00.000Z" },
    },
    {
      what: "SQL Server by the licence of its Windows",
      project: "windows-sql-cloud",
      fields: {
        licenses: [licenseOf("windows-sql-cloud", "sql-server-2016-web"), licenseOf("windows-cloud", "w-2016")],
      },
      expected: { platform: "windows", keywords: ["debian-9", "sql-server-2016-web", "w-2016"] },
    },
    {
      what: "one for machine learning by the system it was made of",
      project: "ml-images",
      fields: { licenses: [licenseOf("vm-options", "enable-vmx"), licenseOf("ubuntu-os-cloud", "ubuntu-2204-lts")] },
      expected: { platform: "ubuntu", ownerId: "ml-images" },
    },
    {
      what: "one of a project of several systems that has no licence",
      project: "gce-uefi-images",
      fields: { licenses: [], guestOsFeatures: [{ type: "UEFI_COMPATIBLE" }] },
      expected: { platform: null, architecture: null },
    },
    {
      what: "Windows by its guest feature",
      project: "gce-uefi-images",
      fields: { licenses: [], guestOsFeatures: [{ type: "WINDOWS" }] },
      expected: { platform: "windows" },
    },
    {
      what: "a deprecated one without a date as deprecated from its beginning",
      project: "fedora-coreos-cloud",
      fields: { deprecated: { state: "DEPRECATED" } },
      expected: { deprecatedAt: "2018-05-11T02:58:07.050Z", extra: { deprecated: { state: "DEPRECATED" } } },
    },
    {
      what: "one whose end is planned",
      project: "cos-cloud",
      fields: { deprecated: { state: "ACTIVE", deprecated: "2031-01-02T00:00:00-08:00" } },
      expected: { deprecatedAt: "2031-01-02T08:00:00.000Z" },
    },
    {
      what: "labels as keywords",
      project: "cos-cloud",
      fields: { labels: { "build-number": "17162-40-5", milestone: "109" } },
      expected: { keywords: ["debian-9", "17162-40-5", "109", "debian-9-stretch"] },
    },
    {
      what: "certificates without their contents",
      project: "ubuntu-os-pro-cloud",
      fields: {
        shieldedInstanceInitialState: { pk: { content: "AAAA" }, dbxs: [{ content: "2gcD", fileType: "BIN" }] },
      },
      expected: { extra: { shieldedInstanceInitialState: { pk: { fileType: null }, dbxs: [{ fileType: "BIN" }] } } },
    },
  ])("reads $what", async ({ project, fields, expected }) => {
    await using gce = await startGce();
    gce.cloud.projects = { [project]: [gceImage(1, fields)] };

    const { images, rejected } = await listAll(gce);

    expect(rejected).toEqual([]);
    expect(images).toMatchObject([expected]);
  });

  test("loses one image, not the page, when one cannot be read", async () => {
    await using gce = await startGce();
    gce.cloud.projects = { "cos-cloud": [gceImage(1, { id: null }), gceImage(2)] };

    const { images, rejected } = await listAll(gce);

    expect(images).toHaveLength(1);
    expect(rejected).toMatchObject([{ reason: expect.stringMatching(/^id: /) }]);
  });

  test("goes without a project that is gone or closed, as one that is outside the view", async () => {
    await using gce = await startGce();
    gce.offer(1);
    gce.cloud.intercept = ({ path }) => {
      if (path.includes("/fedora-cloud/")) return refusal(404, "The resource was not found", "notFound");
      return path.includes("/windows-cloud/") ? refusal(403, "Required permission", "forbidden") : undefined;
    };

    const { images, failedParts } = await listAll(gce);

    expect(images).toHaveLength(1);
    expect(failedParts).toMatchObject([
      { part: "fedora-cloud", reason: "forbidden", message: expect.stringContaining("404") },
      { part: "windows-cloud", reason: "forbidden", message: expect.stringContaining("403") },
    ]);
  });

  test("goes without a project whose service fails, as one that is out of reach", async () => {
    await using gce = await startGce();
    gce.offer(1);
    gce.cloud.intercept = ({ path }) =>
      path.includes("/windows-cloud/") ? refusal(500, "Internal error", "backendError") : undefined;

    expect((await listAll(gce)).failedParts).toMatchObject([{ part: "windows-cloud", reason: "invalid-answer" }]);
  });

  test("throws at once when the credentials are refused in the middle", async () => {
    await using gce = await startGce();
    gce.cloud.intercept = ({ path }) =>
      path.includes("/cos-cloud/") ? refusal(401, "Invalid Credentials", "authError") : undefined;

    expect((await failureOf(listAll(gce))).reason).toBe("credentials");
    expect(gce.cloud.requests.some(({ path }) => path.includes("/debian-cloud/"))).toBe(false);
  });

  test("is one source for all backends, and another behind another address", async () => {
    const [own, shared] = sourcesOf({ tenantName: "lab-1234" });
    const others = sourcesOf({
      tenantName: "lab-5678",
      apiurl: "https://compute.googleapis.com/compute/v1/",
    });
    const elsewhere = sourcesOf({ apiurl: "https://compute-lab.p.googleapis.com" });

    expect(own).toEqual({ key: "gce own", scope: "own" });
    expect(shared).toEqual({ key: "gce public", scope: "public" });
    expect(others).toEqual([{ key: "gce own", scope: "own" }, shared]);
    expect(elsewhere).toEqual([{ key: "gce public https://compute-lab.p.googleapis.com", scope: "public" }]);
  });
});

describe("gce provider, the own project", () => {
  describeProviderContract(() => startOwn());

  test("lists the project that tenant_name says, its images owned and private", async () => {
    await using gce = await startOwn({ tenantName: "example.com:lab" });
    gce.cloud.projects = { "example.com:lab": [gceImage(1, { licenses: undefined, sourceDiskId: "12" })] };

    const { images } = await listAll(gce);

    expect(images).toMatchObject([{ ownerId: "example.com:lab", owned: true, visibility: "private", platform: null }]);
    expect(images[0]?.extra["sourceDiskId"]).toBe("12");
    expect(gce.cloud.requests.at(-1)?.path).toBe("/compute/v1/projects/example.com%3Alab/global/images");
  });

  test("takes the project that the service account belongs to when no other is named", async () => {
    await using gce = await startOwn({ tenantName: undefined });
    gce.cloud.projects = { "lab-1234": [gceImage(1)] };

    expect((await listAll(gce)).images).toMatchObject([{ ownerId: "lab-1234", platform: "debian" }]);
  });

  test("signs in anew when the token expires, and repeats the page", async () => {
    await using gce = await startOwn();
    gce.offer(5);
    gce.cloud.tokenUses = 1;

    expect((await listAll(gce)).images).toHaveLength(5);

    expect(gce.cloud.requests.filter(({ path }) => path === "/token")).toHaveLength(3);
  });

  test("throws when the project is not there", async () => {
    await using gce = await startOwn();
    gce.cloud.intercept = () => refusal(404, "The resource 'projects/lab-1234' was not found", "notFound");

    const error = await failureOf(listAll(gce));

    expect(error).toMatchObject({ reason: "invalid-answer", scope: "lab-1234" });
    expect(error.message).toContain("was not found");
  });
});

describe("gce provider, an image with odd fields", () => {
  test("is read as long as its id is", async () => {
    await using gce = await startGce();
    const whole = {
      architecture: "ARM64",
      labels: { team: "lab" },
      deprecated: { state: "DEPRECATED", deprecated: "2031-01-02T00:00:00-08:00" },
      shieldedInstanceInitialState: { pk: { content: "AAAA", fileType: "BIN" }, dbxs: [{ fileType: "BIN" }] },
    };

    await expectOddFieldsRead({
      item: (n) => gceImage(n, whole),
      idField: "id",
      idOf: ({ id }) => String(id),
      list(items) {
        gce.cloud.projects = { "debian-cloud": [...items] };
        return listAll(gce);
      },
    });
  });

  test("carries its id where something else keeps it from being read", async () => {
    await using gce = await startGce();
    gce.cloud.projects = { "cos-cloud": [gceImage(1, { id: "" })] };

    expect((await listAll(gce)).rejected).toMatchObject([{ reason: expect.stringMatching(/^id: /) }]);
  });
});

describe("gce provider, who asks", () => {
  test("is the service account in its project, once Google gave it a token", async () => {
    await using gce = await startOwn();

    expect(await identify(gce.provider)).toBe("lab-1234 lister@lab-1234.iam.gserviceaccount.com");
    expect(gce.cloud.requests.map(({ path }) => path)).toEqual(["/token"]);
  });

  test("is not told by a key that Google does not accept", async () => {
    await using gce = await startOwn();
    const email = "someone@else.iam.gserviceaccount.com";
    const wrong = gce.rewired({ apisecret: JSON.stringify({ ...JSON.parse(gce.cloud.keyFile), client_email: email }) });

    expect((await failureOf(identify(wrong))).reason).toBe("credentials");
  });

  test("is the machine's account with default credentials", async () => {
    await using _ = await startMetadata({ json: { access_token: "ya29.machine", expires_in: 3599 } });
    const provider = createGceProvider({ tenantName: "lab-5678" }, LIMITS);

    expect(await identify(provider)).toBe("lab-5678 machine@lab-1234.iam.gserviceaccount.com");
  });

  test("stops being asked when told to", async () => {
    await using gce = await startOwn();

    await expect(gce.provider.identify?.(AbortSignal.abort())).rejects.toThrow(/abort/i);
  });
});

describe("gce provider, refusing to go on", () => {
  describeHttpFailures(async () => {
    const gce = await startGce();
    return {
      provider: gce.provider,
      answer: ({ status, headers = {}, body }) => (gce.cloud.intercept = () => ({ status, headers, html: body })),
      [Symbol.asyncDispose]: () => gce[Symbol.asyncDispose](),
    };
  });

  test("takes a 403 over the rate quota for throttling, and waits longer than the minute that it lasts", async () => {
    const waits: number[] = [];
    await using gce = await startGce({}, waits);
    gce.cloud.intercept = ({ path }) =>
      path.includes("/gce-uefi-images/") ? refusal(403, "Quota exceeded", "rateLimitExceeded") : undefined;

    const { failedParts } = await listAll(gce);

    expect(failedParts).toMatchObject([{ part: "gce-uefi-images", reason: "throttled" }]);
    expect(waits).toHaveLength(4);
    expect(waits.reduce((sum, wait) => sum + wait, 0)).toBeGreaterThanOrEqual(54_000);
  });

  test("calls a refused assertion wrong credentials", async () => {
    await using gce = await startGce();
    const email = "someone@else.iam.gserviceaccount.com";
    const wrong = gce.rewired({ apisecret: JSON.stringify({ ...JSON.parse(gce.cloud.keyFile), client_email: email }) });

    const error = await failureOf(listAll({ provider: wrong }));

    expect(error.reason).toBe("credentials");
    expect(error.message).toMatch(/POST .*\/token: answered 400, the credentials were refused.*invalid_grant/);
  });

  test("does not follow the key's token_uri to a link-local address", async () => {
    await using gce = await startGce();
    const key = { ...JSON.parse(gce.cloud.keyFile), token_uri: "http://169.254.169.254/token" };
    const provider = gce.rewired({ apisecret: JSON.stringify(key) });

    expect((await failureOf(listAll({ provider }))).reason).toBe("refused-address");
  });

  test("keeps key, assertion and token out of every error, its causes included", async () => {
    await using gce = await startGce();
    gce.cloud.intercept = ({ headers }) => ({
      status: 403,
      json: { echo: [headers.authorization, gce.cloud.requests[0]?.body] },
    });

    const said = textOf(await failureOf(listAll(gce)));

    expect(said).toContain("[secret]");
    expect(said).not.toContain("ya29.");
    expect(said).not.toContain("eyJ");
  });

  test.each([
    { field: "tenantName", wrong: "../../secrets", says: /project id/ },
    { field: "apiurl", wrong: "compute.googleapis.com", says: /http or https address/ },
    { field: "apisecret", wrong: "AIzaSy-an-api-key", says: /service account key$/ },
    { field: "apisecret", wrong: JSON.stringify({ type: "authorized_user" }), says: /its type is missing or wrong/ },
    { field: "apisecret", wrong: keyWith({ private_key: "-----BEGIN" }), says: /its private_key is missing or wrong/ },
    { field: "apisecret", wrong: keyWith({ token_uri: "file:///etc" }), says: /its token_uri is missing or wrong/ },
    { field: "apisecret", wrong: keyWith({ client_email: undefined }), says: /its client_email is missing or wrong/ },
  ])("names $field when it is $wrong, and quotes no secret", ({ field, wrong, says }) => {
    const create = (): unknown => gceProvider.create({ [field]: wrong }, LIMITS);

    expect(create).toThrow(ZodError);
    expect(create).toThrow(
      expect.objectContaining({
        issues: [expect.objectContaining({ path: [field], message: expect.stringMatching(says) })],
      }),
    );
  });

  test.each(["https://example.org", "http://compute.googleapis.com", "https://googleapis.com.example.org"])(
    "never sends the machine's own credentials to %s",
    (apiurl) => {
      const create = (): unknown => gceProvider.create({ apiurl }, LIMITS);

      expect(create).toThrow(expect.objectContaining({ issues: [expect.objectContaining({ path: ["apiurl"] })] }));
    },
  );
});

describe("Application Default Credentials", () => {
  test("come from the metadata server of the machine, and are hidden in errors", async () => {
    await using metadata = await startMetadata({ json: { access_token: "ya29.machine", expires_in: 3599 } });
    await using client = clientOf();

    const authorization = await signInWithDefaultCredentials(client, "https://compute.googleapis.com/");

    expect(authorization).toMatchObject({ authorization: "Bearer ya29.machine" });
    expect(metadata.requests.at(-1)?.query.get("scopes")).toBe("https://www.googleapis.com/auth/compute.readonly");
    expect(client.error("forbidden", "ya29.machine").message).toBe("gce public: [secret]");
  });

  test("that are missing are said to be", async () => {
    await using _ = await startMetadata({ status: 404, html: "no service account" });
    await using client = clientOf();

    const error = await failureOf(signInWithDefaultCredentials(client, "https://compute.googleapis.com/"));

    expect(error.reason).toBe("credentials");
    expect(error.message).toMatch(/no Application Default Credentials: .*; set apisecret to a service account key/);
  });
});

const EMAIL_OF_MACHINE = "machine@lab-1234.iam.gserviceaccount.com";

interface GceSubject extends Subject {
  readonly cloud: FakeGce;
  /** The provider with other options, on the same cloud. */
  rewired(options: Partial<BackendOptions>): Subject["provider"];
}

async function startGce(
  options: Partial<BackendOptions> = {},
  waits: number[] = [],
  project = "debian-cloud",
): Promise<GceSubject> {
  const cloud = await startFakeGce();
  const rewired = (others: Partial<BackendOptions>): Subject["provider"] =>
    createGceProvider({ apiurl: cloud.url, apisecret: cloud.keyFile, ...options, ...others }, LIMITS, {
      sleep: async (ms) => waits.push(ms),
      random: () => 0,
    });
  const ofProject = (answer: NonNullable<FakeGce["intercept"]>): NonNullable<FakeGce["intercept"]> => {
    return (request) => (request.path.includes(`/${project}/`) ? answer(request) : undefined);
  };
  const onLaterPage = (answer: () => FakeAnswer): void => {
    cloud.intercept = ofProject(({ query }) => (query.get("pageToken") ? answer() : undefined));
  };
  return {
    cloud,
    provider: rewired({}),
    rewired,
    offer: (count) => (cloud.projects = { [project]: Array.from({ length: count }, (_, n) => gceImage(n + 1)) }),
    breakAfterFirstPage: () => onLaterPage(() => refusal(403, "Required permission", "forbidden")),
    cutSecondPage: () => onLaterPage(() => ({ json: { items: [gceImage(3)] }, cut: true })),
    insertEmptyPage: () =>
      (cloud.intercept = ofProject(({ query, headers }) => {
        const token = query.get("pageToken");
        if (!headers.authorization || token !== "page-2") return undefined;
        return cloud.requests.filter((seen) => seen.query.get("pageToken") === "page-2").length > 1
          ? undefined
          : { json: { kind: "compute#imageList", nextPageToken: "page-02" } };
      })),
    repeatPage: () =>
      (cloud.intercept = ofProject(() => ({ json: { items: [gceImage(1)], nextPageToken: "page-1" } }))),
    parts: {
      offer: () => {
        cloud.projects = { "debian-cloud": [gceImage(1)], "windows-cloud": [gceImage(2)], "suse-cloud": [gceImage(3)] };
        return Object.keys(cloud.projects);
      },
      break: (part = "") =>
        (cloud.intercept = ({ path }) =>
          path.includes(part) ? refusal(500, "Internal error", "backendError") : undefined),
    },
    [Symbol.asyncDispose]: () => cloud[Symbol.asyncDispose](),
  };
}

/** As `startGce`, but the project's own source is listed. */
async function startOwn(options: Partial<BackendOptions> = {}): Promise<GceSubject> {
  const gce = await startGce({ tenantName: "lab-1234", ...options }, [], "lab-1234");
  const [source] = gce.provider.sources;
  const { parts: _, ...subject } = gce;
  return { ...subject, ...(source && { source }) };
}

function sourcesOf(options: BackendOptions): Subject["provider"]["sources"] {
  return gceProvider.create(options, LIMITS).sources;
}

function licenseOf(project: string, name: string): string {
  return `https://www.googleapis.com/compute/v1/projects/${project}/global/licenses/${name}`;
}

function keyWith(fields: Record<string, unknown>): string {
  return JSON.stringify({ type: "service_account", client_email: "a@b.c", private_key: PRIVATE_KEY, ...fields });
}

function clientOf(): ReturnType<typeof createJsonClient> {
  return createJsonClient({ provider: "gce", scope: "public", limits: LIMITS, signal: new AbortController().signal });
}

/** The metadata server of a machine at Google, found by an environment variable as on others of its kind. */
async function startMetadata(token: FakeAnswer): Promise<Awaited<ReturnType<typeof startJsonServer>>> {
  const server = await startJsonServer(({ path }) => {
    const account = path.includes("/service-accounts/default/email");
    const answer = path.endsWith("/token") ? token : { html: account ? EMAIL_OF_MACHINE : "lab-1234" };
    return { ...answer, headers: { "metadata-flavor": "Google" } };
  });
  process.env["GCE_METADATA_HOST"] = new URL(server.url).host;
  process.env["METADATA_SERVER_DETECTION"] = "assume-present";
  process.env["CLOUDSDK_CONFIG"] = "/nowhere";
  process.env["HOME"] = "/nowhere";
  delete process.env["GOOGLE_APPLICATION_CREDENTIALS"];
  return server;
}
