import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { ZodError } from "zod";
import { createEc2Provider } from "../../src/providers/ec2/provider.ts";
import type { BackendOptions, ImageProvider, Patience, ProviderLimits } from "../../src/providers/provider.ts";
import { ami, type FakeEc2, startFakeEc2 } from "../fakes/ec2.ts";
import { type FakeAnswer, type JsonServer, type SeenRequest, startJsonServer } from "../fakes/json-server.ts";
import { listAll } from "./contract.ts";
import { failureOf } from "./failure-of.ts";
import { identify } from "./identify.ts";

const KEYS = { apikey: "AKIAIOSFODNN7EXAMPLE", apisecret: "wJalrXUtnFEMI/K7MDENG" };
const ROLE = "arn:aws:iam::210987654321:role/list-images";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "imagedex-aws-"));
  writeFileSync(
    join(folder, "credentials"),
    "[audit]\naws_access_key_id = AKIAOFTHEPROFILE00\naws_secret_access_key = hidden\n",
  );
});
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => vi.unstubAllEnvs());

describe("a role", () => {
  test("lists with what STS lends for it, and is whose account it says", async () => {
    await using sts = await startRoleService();
    await using cloud = await startFakeEc2();
    cloud.images = [ami(1)];
    const provider = create(cloud, sts, { ...KEYS, roleArn: ROLE, externalId: "7f3a" });

    expect((await listAll({ provider })).images).toHaveLength(1);
    expect(await identify(provider)).toBe("210987654321");

    expect(cloud.requests.map(({ accessKey }) => accessKey)).toEqual(["ASIALENTKEY0000000"]);
    const [assume] = sts.requests;
    expect(assume?.body).toMatchObject({ Action: "AssumeRole", RoleArn: ROLE, ExternalId: "7f3a" });
    expect(assume?.headers.authorization).toContain(`Credential=${KEYS.apikey}/`);
    expect(provider.isAmbient).toBe(false);
  });

  test("that STS refuses is told in AWS's words, and not taken for a missing ec2:DescribeImages", async () => {
    await using sts = await startRoleService({ status: 403, html: REFUSED });
    await using cloud = await startFakeEc2();

    const error = await failureOf(listAll({ provider: create(cloud, sts, { ...KEYS, roleArn: ROLE }) }));

    expect(error.reason).toBe("credentials");
    expect(error.message).toContain(`refuses role ${ROLE} (AccessDenied: User: kim is not authorized`);
    expect(error.message).not.toMatch(/DescribeImages/);
    expect(cloud.requests).toEqual([]);
  });
});

describe("a profile", () => {
  test("is read from the server's own AWS configuration", async () => {
    vi.stubEnv("AWS_SHARED_CREDENTIALS_FILE", join(folder, "credentials"));
    await using sts = await startRoleService();
    await using cloud = await startFakeEc2();
    cloud.images = [ami(1)];

    await listAll({ provider: create(cloud, sts, { profile: "audit" }) });

    expect(cloud.requests.map(({ accessKey }) => accessKey)).toEqual(["AKIAOFTHEPROFILE00"]);
  });

  test("that is not there is named, and nothing else is tried in its place", async () => {
    vi.stubEnv("AWS_SHARED_CREDENTIALS_FILE", join(folder, "credentials"));
    vi.stubEnv("AWS_ACCESS_KEY_ID", "AKIDFROMTHECHAIN");
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", "secret");
    await using sts = await startRoleService();
    await using cloud = await startFakeEc2();

    const error = await failureOf(listAll({ provider: create(cloud, sts, { profile: "nosuch" }) }));

    expect(error).toMatchObject({ reason: "credentials", message: expect.stringContaining("profile nosuch") });
    expect(cloud.requests).toEqual([]);
  });
});

describe("what the SDK's chain does not find", () => {
  test.each([
    [{}, /no credentials: none in the backend, and none on this machine; give the backend apikey and apisecret/],
    [{ AWS_PROFILE: "nosuch", awsProfile: "nosuch" }, /no credentials: AWS_PROFILE=nosuch: /],
    [
      { AWS_WEB_IDENTITY_TOKEN_FILE: "/nonexistent/token", AWS_ROLE_ARN: ROLE },
      /no credentials: .*ENOENT.*\/nonexistent\/token/,
    ],
  ])("is a matter of credentials that says what was looked at: %j", async (environment, message) => {
    for (const name of ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"]) vi.stubEnv(name, undefined);
    vi.stubEnv("AWS_EC2_METADATA_DISABLED", "true");
    vi.stubEnv("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent/credentials");
    vi.stubEnv("AWS_CONFIG_FILE", "/nonexistent/config");
    const { awsProfile, ...variables } = environment as Record<string, string>;
    for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
    await using sts = await startRoleService();
    await using cloud = await startFakeEc2();

    const error = await failureOf(listAll({ provider: create(cloud, sts, {}, { awsProfile }) }));

    expect(error).toMatchObject({ reason: "credentials", message: expect.stringMatching(message) });
    expect(cloud.requests).toEqual([]);
  });
});

describe("options", () => {
  test.each([
    [{ roleArn: ROLE, apiurl: "https://cloud.example.org", ...KEYS }, "apiurl"],
    [{ profile: "audit", apiurl: "https://cloud.example.org" }, "apiurl"],
    [{ roleArn: ROLE, apiurl: "http://ec2.eu-west-1.amazonaws.com", ...KEYS }, "apiurl"],
    [{ profile: "audit", ...KEYS }, "profile"],
    [{ externalId: "7f3a", ...KEYS }, "externalId"],
    [{ roleArn: "list-images" }, "roleArn"],
    [{ profile: "a\nb" }, "profile"],
  ])("%j names %s", (options, field) => {
    const make = (): unknown => createEc2Provider({ region: "eu-west-1", ...options }, LIMITS);

    expect(make).toThrow(ZodError);
    expect(make).toThrow(expect.objectContaining({ issues: [expect.objectContaining({ path: [field] })] }));
  });

  test.each([{ roleArn: ROLE }, { profile: "audit" }, { profile: "audit", roleArn: ROLE }])(
    "%j may go to AWS's own hosts",
    (options) => {
      const apiurl = "https://ec2-fips.us-east-1.amazonaws.com";

      expect(createEc2Provider({ region: "us-east-1", apiurl, ...options }, LIMITS).sources).toHaveLength(2);
    },
  );
});

describe("an outage in the midst of a listing", () => {
  test.each([5, 20, 60])("of %i seconds is survived", async (seconds) => {
    await using cloud = await startFakeEc2();
    let now = 0;
    const slept: number[] = [];
    const sleep = async (ms: number): Promise<void> => void ((now += ms), slept.push(ms));
    cloud.images = Array.from({ length: 5 }, (_, n) => ami(n));
    cloud.intercept = ({ params }) =>
      params.has("NextToken") && now < seconds * 1000 ? { status: 503, body: UNAVAILABLE } : undefined;

    const { images } = await listAll({ provider: create(cloud, undefined, KEYS, {}, { maxOutage: 75_000, sleep }) });

    expect(images).toHaveLength(5);
    expect(slept.length).toBeGreaterThan(1);
  });

  test("that does not end is told, after a minute and a bit", async () => {
    await using cloud = await startFakeEc2();
    let waited = 0;
    const sleep = async (ms: number): Promise<void> => void (waited += ms);
    cloud.images = Array.from({ length: 5 }, (_, n) => ami(n));
    cloud.intercept = ({ params }) => (params.has("NextToken") ? { status: 503, body: UNAVAILABLE } : undefined);

    const provider = create(cloud, undefined, KEYS, {}, { maxOutage: 75_000, sleep });
    const error = await failureOf(listAll({ provider }));

    expect(error.message).toMatch(/Unavailable, HTTP 503/);
    expect(waited).toBeGreaterThanOrEqual(75_000);
    expect(error.calls).toBe(cloud.requests.length - 1);
  });
});

describe("refusals are told in AWS's words", () => {
  test.each([
    ["Blocked", 403, /EC2 refuses the account \(Blocked\): This account is currently blocked/],
    ["PendingVerification", 400, /\(PendingVerification\): This account is currently blocked/],
    ["UnauthorizedOperation", 403, /listing refused \(UnauthorizedOperation\); needs ec2:DescribeImages/],
  ])("%s", async (code, status, message) => {
    await using cloud = await startFakeEc2();
    cloud.intercept = () => ({ status, body: refusal(code, "This account is currently blocked") });

    const error = await failureOf(listAll({ provider: create(cloud, undefined, KEYS) }));

    expect(error).toMatchObject({ reason: "forbidden", message: expect.stringMatching(message) });
  });

  test.each([403, 404, 502])("and HTML with status %i as what it is", async (status) => {
    await using cloud = await startFakeEc2();
    cloud.intercept = () => ({ status, type: "text/html", body: "<html><body>Access denied by proxy</body></html>" });

    const { message } = await failureOf(listAll({ provider: create(cloud, undefined, KEYS) }));

    expect(message).not.toMatch(/no code\): Unknown/);
    expect(message).toMatch(new RegExp(`${status}|ec2:DescribeImages`));
  });

  test("and a region that there is not by the host that was asked", async () => {
    const provider = createEc2Provider({ region: "eu-west-99", ...KEYS }, LIMITS, { maxAttempts: 1 });

    const { message } = await failureOf(listAll({ provider }));

    expect(message).toMatch(/cannot reach ec2\.eu-west-99\.amazonaws\.com \(\w+\)/);
  });
});

const LIMITS: ProviderLimits = { allowLinkLocal: false };

function create(
  cloud: FakeEc2,
  sts: JsonServer | undefined,
  options: Partial<BackendOptions>,
  limits: Partial<ProviderLimits> = {},
  patience: Partial<Patience> = {},
): ImageProvider {
  const places = { ec2Endpoint: cloud.url, stsEndpoint: sts?.url };
  const tuning = { maxAttempts: 1, ...patience };
  return createEc2Provider({ region: "eu-west-1", ...options }, { ...LIMITS, ...places, ...limits }, tuning);
}

function refusal(code: string, message: string): string {
  return `<Response><Errors><Error><Code>${code}</Code><Message>${message}</Message></Error></Errors></Response>`;
}

const UNAVAILABLE = refusal("Unavailable", "try again");
const REFUSED =
  "<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code>" +
  "<Message>User: kim is not authorized to perform: sts:AssumeRole</Message></Error></ErrorResponse>";

/** A Security Token Service that lends credentials for any role, and knows whose they are. */
function startRoleService(refused?: FakeAnswer): Promise<JsonServer> {
  const headers = { "content-type": "text/xml" };
  return startJsonServer(({ body, headers: sent }: SeenRequest) => {
    const { Action: action, RoleArn: role } = body as Record<string, string>;
    if (action === "AssumeRole") {
      if (refused) return refused;
      const lent =
        "<AccessKeyId>ASIALENTKEY0000000</AccessKeyId><SecretAccessKey>lent</SecretAccessKey>" +
        "<SessionToken>session</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration>";
      return { headers, html: `<R><Credentials>${lent}</Credentials><Arn>${role}/imagedex</Arn></R>` };
    }
    const isLent = sent["x-amz-security-token"] === "session";
    return { headers, html: `<R><Account>${isLent ? "210987654321" : "123456789012"}</Account></R>` };
  });
}
