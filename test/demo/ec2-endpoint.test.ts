import { createHash, createHmac } from "node:crypto";
import {
  DescribeImagesCommand,
  type DescribeImagesCommandInput,
  type DescribeImagesCommandOutput,
  DescribeInstancesCommand,
  DescribeRegionsCommand,
  EC2Client,
  type EC2ClientConfig,
  GetAllowedImagesSettingsCommand,
  paginateDescribeImages,
} from "@aws-sdk/client-ec2";
import { describe, expect, test } from "vitest";
import { type DemoCatalogue, createCatalogue, createEmptyCatalogue } from "../../src/demo/generate/catalogue.ts";
import type { DemoImage } from "../../src/demo/generate/catalogue-image.ts";
import { type Ec2Endpoint, type Ec2EndpointOptions, startEc2Endpoint } from "../../src/demo/ec2/ec2-endpoint.ts";
import { createGeneratedRegion } from "../../src/demo/generate/generate-catalogue.ts";

const ACCOUNT = "111122223333";
const OTHER = "444455556666";
const KEYS = [
  { id: "AKIAOWNER", secret: "owner secret", account: ACCOUNT },
  { id: "AKIAOTHER", secret: "other secret", account: OTHER },
  { id: "AKIADENIED", secret: "denied secret", account: OTHER, denied: ["DescribeImages"] },
];
const ALL = { IncludeDeprecated: true, IncludeDisabled: true };

describe("paging, by the AWS SDK", () => {
  test("lists every image that the account may see once, with every field as it was", async () => {
    const catalogue = generated({ count: 2_345, kernels: 20, accounts: [{ id: ACCOUNT, owned: 60, shared: 30 }] });
    await using cloud = await start([catalogue]);
    const entries = Array.from({ length: catalogue.size }, (_, position) => catalogue.entryAt(position)?.image);

    const { images, pages } = await cloud.list(ALL);

    expect(images).toEqual(entries);
    expect(pages).toEqual([1000, 1000, 455]);
  });

  test("pages the same images whatever the page's size", async () => {
    await using cloud = await start([generated({ count: 230 })]);

    const bySize = await Promise.all([5, 77, 1000].map((pageSize) => cloud.list(ALL, pageSize)));

    expect(bySize[0]?.images).toHaveLength(230);
    expect(bySize[1]?.images).toEqual(bySize[0]?.images);
    expect(bySize[2]?.images).toEqual(bySize[0]?.images);
    expect(bySize[0]?.pages).toHaveLength(46);
  });

  test("answers without paging in one piece", async () => {
    await using cloud = await start([generated({ count: 2_100 })]);

    const { Images, NextToken } = await cloud.describe(ALL);

    expect(Images).toHaveLength(2_100);
    expect(NextToken).toBeUndefined();
  });

  test("cuts pages before it filters, so that pages are empty and name a next one", async () => {
    const catalogue = createEmptyCatalogue("us-east-1");
    for (let i = 0; i < 30; i++) catalogue.add(image(i, { Architecture: i === 17 ? "arm64" : "x86_64" }));
    await using cloud = await start([catalogue]);

    const { pages, images } = await cloud.list({ Filters: [{ Name: "architecture", Values: ["arm64"] }] }, 5);

    expect(pages).toEqual([0, 0, 0, 1, 0, 0]);
    expect(images).toMatchObject([{ ImageId: image(17).ImageId }]);
  });

  test("goes on with a token after a restart, and after images came and went", async () => {
    const catalogue = generated({ count: 50 });
    await using before = await start([catalogue]);
    const { Images: first = [], NextToken } = await before.describe({ ...ALL, MaxResults: 20 });
    catalogue.remove(first[3]?.ImageId ?? "");
    catalogue.add(image(1));
    await using after = await start([catalogue]);

    const second = await after.describe({ ...ALL, MaxResults: 40, NextToken });

    expect(second.Images).toHaveLength(31);
    expect(second.Images?.at(-1)?.ImageId).toBe(image(1).ImageId);
  });

  test("lists an empty region", async () => {
    await using cloud = await start([createEmptyCatalogue("us-east-1")]);

    expect(await cloud.list(ALL)).toEqual({ images: [], pages: [0] });
  });

  test("serves a listing that is read again from memory, and not after a change", async () => {
    const catalogue = generated({ count: 40 });
    await using cloud = await start([catalogue]);
    await cloud.list(ALL, 20);

    const again = await cloud.list(ALL, 20);
    const hits = cloud.endpoint.cacheHits;
    catalogue.remove(catalogue.entryAt(0)?.image.ImageId ?? "");
    const changed = await cloud.list(ALL, 20);

    expect(hits).toBe(2);
    expect(changed.images).toEqual(again.images.slice(1));
  });

  test.each([0, 1_000_000])(
    "reads ahead without losing a change in between, with %i bytes to keep pages",
    async (bytes) => {
      const catalogue = generated({ count: 60 });
      await using cloud = await start([catalogue], "AKIAOWNER", { readAhead: true, pageCacheBytes: bytes });
      const whole = await cloud.list(ALL, 20);

      const first = await cloud.describe({ ...ALL, MaxResults: 20 });
      catalogue.replace(image(0, { ...catalogue.entryAt(25)?.image, Description: "changed" }));
      const second = await cloud.describe({ ...ALL, MaxResults: 20, NextToken: first.NextToken });

      expect(whole.images).toHaveLength(60);
      expect(second.Images?.[5]?.Description).toBe("changed");
      expect(second.Images?.[6]).toEqual(whole.images[26]);
    },
  );
});

describe("who sees what", () => {
  const mine = image(1, { OwnerId: ACCOUNT, Public: false });
  const shared = image(2, { OwnerId: "590000000001", Public: false });
  const hidden = image(3, { OwnerId: "590000000001", Public: false });
  const amazon = image(4, { OwnerId: "137112412989", ImageOwnerAlias: "amazon" });
  const deprecated = image(5, { DeprecationTime: "2026-08-31T23:59:00.000Z" });
  const toBeDeprecated = image(6, { DeprecationTime: "2026-09-01T00:01:00.000Z" });
  const myDeprecated = image(7, { OwnerId: ACCOUNT, DeprecationTime: "2020-01-01T00:00:00.000Z" });
  const myDisabled = image(8, { OwnerId: ACCOUNT, State: "disabled", Public: false });
  const given = image(9, { OwnerId: ACCOUNT, Public: false });
  const failed = image(10, { State: "failed" });

  function catalogue(): DemoCatalogue {
    const region = createEmptyCatalogue("us-east-1");
    for (const one of [mine, hidden, amazon, deprecated, toBeDeprecated, myDeprecated, myDisabled, failed])
      region.add(one);
    region.add(shared, [ACCOUNT]);
    region.add(given, [OTHER]);
    return region;
  }

  test.each<[string, DescribeImagesCommandInput, DemoImage[]]>([
    ["all it may", {}, [mine, amazon, toBeDeprecated, myDeprecated, shared, given]],
    [
      "deprecated ones, asked for",
      { IncludeDeprecated: true },
      [mine, amazon, deprecated, toBeDeprecated, myDeprecated, shared, given],
    ],
    ["its own", { Owners: ["self"] }, [mine, myDeprecated, given]],
    ["its own by its id", { Owners: [ACCOUNT] }, [mine, myDeprecated, given]],
    [
      "its disabled ones, asked for",
      { Owners: ["self"], IncludeDisabled: true },
      [mine, myDeprecated, myDisabled, given],
    ],
    ["Amazon's by alias", { Owners: ["amazon"] }, [amazon]],
    ["several owners'", { Owners: ["self", "137112412989"] }, [mine, amazon, myDeprecated, given]],
    ["those shared with it", { ExecutableUsers: ["self"] }, [shared]],
    ["the public ones", { ExecutableUsers: ["all"] }, [amazon, toBeDeprecated, myDeprecated]],
    ["those it shares with another", { ExecutableUsers: [OTHER] }, [given]],
    ["public ones of its own", { Owners: ["self"], ExecutableUsers: ["all"] }, [myDeprecated]],
    ["those of an owner it knows nothing of", { Owners: ["590000000001"] }, [toBeDeprecated, shared]],
    ["a deprecated one by its id", { ImageIds: [deprecated.ImageId] }, [deprecated]],
  ])("an account sees %s", async (_, input, expected) => {
    await using cloud = await start([catalogue()]);

    const { Images } = await cloud.describe(input);

    expect(Images).toEqual(expected);
  });

  test("another account sees what is public and given to it", async () => {
    await using cloud = await start([catalogue()], "AKIAOTHER");

    const { images } = await cloud.list(ALL);

    expect(images).toEqual([amazon, deprecated, toBeDeprecated, myDeprecated, given]);
  });

  test("never shows one account the pages of another", async () => {
    await using cloud = await start([catalogue()]);
    using other = cloud.client({ credentials: { accessKeyId: "AKIAOTHER", secretAccessKey: "other secret" } });

    const first = await cloud.describe({ ...ALL, MaxResults: 1000 });
    const second = await other.client.send(new DescribeImagesCommand({ ...ALL, MaxResults: 1000 }));

    expect(first.Images).toHaveLength(8);
    expect(second.Images).toEqual([amazon, deprecated, toBeDeprecated, myDeprecated, given]);
  });

  test("another account is told that a private image does not exist", async () => {
    await using cloud = await start([catalogue()], "AKIAOTHER");

    await expect(cloud.describe({ ImageIds: [mine.ImageId] })).rejects.toMatchObject({
      name: "InvalidAMIID.NotFound",
      message: `The image id '[${mine.ImageId}]' does not exist`,
    });
  });

  test("finds an account's own among a generated region", async () => {
    await using cloud = await start([generated({ count: 30_000, accounts: [{ id: ACCOUNT, owned: 12, shared: 5 }] })]);

    const own = await cloud.list({ Owners: ["self"], IncludeDisabled: true });
    const shared = await cloud.list({ ExecutableUsers: ["self"], IncludeDeprecated: true });

    expect([own.images.length, shared.images.length]).toEqual([12, 5]);
    expect([own.pages.length, shared.pages.length]).toEqual([1, 1]);
  });

  test("serves each region its own images, and refuses a region it has not", async () => {
    await using cloud = await start([generated({ count: 30 }), generated({ count: 20, region: "eu-west-1" })]);
    using elsewhere = cloud.client({ region: "eu-west-1" });
    using nowhere = cloud.client({ region: "me-south-1" });

    const there = await elsewhere.client.send(new DescribeImagesCommand({ ...ALL }));

    expect(there.Images).toHaveLength(20);
    await expect(nowhere.client.send(new DescribeImagesCommand({}))).rejects.toMatchObject({ name: "AuthFailure" });
  });

  test("marks or hides what an account's setting does not allow", async () => {
    await using cloud = await start([catalogue()]);
    cloud.endpoint.allowImages({ state: "audit-mode", providers: ["amazon"] });
    const audited = await cloud.describe({});
    cloud.endpoint.allowImages({ state: "enabled", providers: ["amazon"] });

    const allowed = await cloud.describe({});
    const settings = await cloud.ec2.send(new GetAllowedImagesSettingsCommand({}));

    expect(audited.Images?.map(({ ImageAllowed }) => ImageAllowed)).toEqual([true, true, false, true, false, true]);
    expect(allowed.Images?.map(({ ImageId }) => ImageId)).toEqual(
      [mine, amazon, myDeprecated, given].map(({ ImageId }) => ImageId),
    );
    expect(settings).toMatchObject({
      State: "enabled",
      ManagedBy: "account",
      ImageCriteria: [{ ImageProviders: ["amazon"] }],
    });
  });
});

describe("filters", () => {
  const windows = image(1, { Platform: "windows", Name: "Windows_Server-2022", Architecture: "x86_64", Public: true });
  const arm = image(2, {
    Architecture: "arm64",
    Name: "al2023-ami-2023.6-arm64",
    CreationDate: "2025-05-05T01:02:03.000Z",
  });
  const tagged = image(3, { Name: "star*name", Tags: [{ Key: "team", Value: "données" }] });
  const kernel = image(4, { ImageType: "kernel", Name: "back\\slash [a].c" });
  const disk = image(5, {
    BlockDeviceMappings: [{ DeviceName: "/dev/sdh", Ebs: { VolumeSize: 500, Encrypted: true } }],
  });
  const every = [windows, arm, tagged, kernel, disk];

  test.each<[string, string[], DemoImage[]]>([
    ["image-type", ["kernel"], [kernel]],
    ["image-type", ["machine"], [windows, arm, tagged, disk]],
    ["is-public", ["true"], every],
    ["architecture", ["arm64", "i386"], [arm]],
    ["creation-date", ["2025-05-*"], [arm]],
    ["name", ["al2023-ami-*-arm??"], [arm]],
    ["name", ["AL2023-ami-*"], []],
    ["name", ["star\\*name"], [tagged]],
    ["name", ["*[a].c"], [kernel]],
    ["name", ["*a*a*a*"], [arm, kernel]],
    ["platform", ["windows"], [windows]],
    ["tag:team", ["donn?es"], [tagged]],
    ["tag-key", ["team"], [tagged]],
    ["block-device-mapping.volume-size", ["500"], [disk]],
    ["block-device-mapping.encrypted", ["true"], [disk]],
    ["owner-id", ["590000000001"], every],
    ["state", ["available"], every],
    ["description", [""], []],
  ])("%s %j", async (name, values, expected) => {
    const region = createEmptyCatalogue("us-east-1");
    for (const one of every) region.add(one);
    await using cloud = await start([region]);

    const { Images } = await cloud.describe({ Filters: [{ Name: name, Values: values }] });

    expect(Images).toEqual(expected);
  });

  test("must all match", async () => {
    const region = createEmptyCatalogue("us-east-1");
    for (const one of every) region.add(one);
    await using cloud = await start([region]);

    const { Images } = await cloud.describe({
      Filters: [
        { Name: "image-type", Values: ["machine"] },
        { Name: "name", Values: ["*S*"] },
        { Name: "platform", Values: ["windows"] },
      ],
    });

    expect(Images).toEqual([windows]);
  });
});

describe("refusals, as the SDK reports them", () => {
  test.each<[string, DescribeImagesCommandInput, { name: string; message: string; $metadata?: object }]>([
    [
      "a page too small",
      { MaxResults: 4 },
      {
        name: "InvalidParameterValue",
        message: "Value ( 4 ) for parameter maxResults is invalid. Expecting a value greater than 5.",
      },
    ],
    [
      "a page too large",
      { MaxResults: 1001 },
      {
        name: "InvalidParameterValue",
        message: "Value ( 1001 ) for parameter maxResults is invalid. Expecting a value less than 1000.",
      },
    ],
    [
      "a token it did not give",
      { MaxResults: 5, NextToken: "eyJ2IjoiMiJ9" },
      { name: "InvalidParameterValue", message: "The NextToken is invalid." },
    ],
    [
      "an unknown filter",
      { Filters: [{ Name: "colour", Values: ["red"] }] },
      { name: "InvalidParameterValue", message: "The filter 'colour' is invalid" },
    ],
    [
      "too many filter values",
      { Filters: [{ Name: "name", Values: Array(201).fill("x") }] },
      { name: "FilterLimitExceeded", message: "The maximum number of filter values specified on a single call is 200" },
    ],
    [
      "an image that is not there",
      { ImageIds: ["ami-0123456789abcdef0"] },
      { name: "InvalidAMIID.NotFound", message: "The image id '[ami-0123456789abcdef0]' does not exist" },
    ],
    [
      "an id that is none",
      { ImageIds: ["foobar"] },
      { name: "InvalidAMIID.Malformed", message: 'Invalid id: "foobar" (expecting "ami-...")' },
    ],
    [
      "ids with paging",
      { ImageIds: ["ami-0123456789abcdef0"], MaxResults: 5 },
      {
        name: "InvalidParameterCombination",
        message: "The parameter imageIds cannot be used with the parameter maxResults/nextToken",
      },
    ],
  ])("%s", async (_, input, error) => {
    await using cloud = await start([generated({ count: 10 })]);

    await expect(cloud.describe(input)).rejects.toMatchObject({ ...error, $metadata: { httpStatusCode: 400 } });
  });

  test("a token of another listing", async () => {
    await using cloud = await start([generated({ count: 20 })]);
    const { NextToken } = await cloud.describe({ MaxResults: 5, ...ALL });

    const other = cloud.describe({ MaxResults: 5, NextToken, IncludeDeprecated: true });

    await expect(other).rejects.toMatchObject({ name: "InvalidParameterValue", message: "The NextToken is invalid." });
  });

  test("a dry run", async () => {
    await using cloud = await start([generated({ count: 10 })]);

    await expect(cloud.describe({ DryRun: true })).rejects.toMatchObject({
      name: "DryRunOperation",
      $metadata: { httpStatusCode: 412 },
    });
  });

  test("an action it has not", async () => {
    await using cloud = await start([generated({ count: 10 })]);

    await expect(cloud.ec2.send(new DescribeInstancesCommand({}))).rejects.toMatchObject({
      name: "InvalidAction",
      message: "The action DescribeInstances is not valid for this web service.",
    });
  });

  test("an unknown key, a wrong secret, and a key without the permission", async () => {
    await using cloud = await start([generated({ count: 10 })]);
    using unknown = cloud.client({ credentials: { accessKeyId: "AKIANOBODY", secretAccessKey: "x" } });
    using wrong = cloud.client({ credentials: { accessKeyId: "AKIAOWNER", secretAccessKey: "x" } });
    using denied = cloud.client({ credentials: { accessKeyId: "AKIADENIED", secretAccessKey: "denied secret" } });
    const authFailure = { name: "AuthFailure", $metadata: { httpStatusCode: 401 } };

    const calls = [unknown, wrong, denied].map(({ client }) => client.send(new DescribeImagesCommand({})));

    await expect(calls[0]).rejects.toMatchObject(authFailure);
    await expect(calls[1]).rejects.toMatchObject(authFailure);
    await expect(calls[2]).rejects.toMatchObject({ name: "UnauthorizedOperation", $metadata: { httpStatusCode: 403 } });
  });

  test("a request without a signature", async () => {
    await using cloud = await start([generated({ count: 10 })]);

    const answer = await fetch(`${cloud.endpoint.url}/?Action=DescribeImages&Version=2016-11-15`);

    expect(answer.status).toBe(403);
    expect(await answer.text()).toMatch(
      /^<\?xml version="1.0" encoding="UTF-8"\?>\n<Response><Errors><Error><Code>MissingAuthenticationToken<\/Code><Message>.*<\/Message><\/Error><\/Errors><RequestID>[\da-f-]{36}<\/RequestID><\/Response>$/,
    );
  });
});

describe("the rest", () => {
  test("names its regions", async () => {
    await using cloud = await start([generated({ count: 1 }), generated({ count: 1, region: "eu-west-1" })]);

    const { Regions = [] } = await cloud.ec2.send(new DescribeRegionsCommand({}));
    const one = await cloud.ec2.send(new DescribeRegionsCommand({ RegionNames: ["eu-west-1"] }));

    expect(Regions.map(({ RegionName }) => RegionName)).toEqual(["us-east-1", "eu-west-1"]);
    expect(one.Regions).toHaveLength(1);
    await expect(cloud.ec2.send(new DescribeRegionsCommand({ RegionNames: ["xx-1"] }))).rejects.toMatchObject({
      name: "InvalidParameterValue",
    });
  });

  test("says that no setting restricts images, at first", async () => {
    await using cloud = await start([generated({ count: 1 })]);

    expect(await cloud.ec2.send(new GetAllowedImagesSettingsCommand({}))).toMatchObject({
      State: "disabled",
      ImageCriteria: [],
    });
  });

  test("remembers what it was asked, by whom and for which region", async () => {
    await using cloud = await start([generated({ count: 10 })], "AKIAOTHER");

    await cloud.list({ IncludeDeprecated: true, Owners: ["amazon"] });

    const [request] = cloud.endpoint.requests;
    expect(request).toMatchObject({ region: "us-east-1", account: OTHER, action: "DescribeImages" });
    expect(Object.fromEntries(request?.params ?? [])).toEqual({
      Action: "DescribeImages",
      Version: "2016-11-15",
      MaxResults: "1000",
      IncludeDeprecated: "true",
      "Owner.1": "amazon",
    });
  });

  test("compresses for those who accept it, when told to", async () => {
    await using packed = await start([generated({ count: 100 })], "AKIAOWNER", { gzip: true });
    await using plain = await start([generated({ count: 100 })]);

    const answers = [await fetchSigned(packed, { MaxResults: 100 }), await fetchSigned(plain, { MaxResults: 100 })];
    const bodies = await Promise.all(answers.map((answer) => answer.text()));

    expect(answers.map(({ headers }) => headers.get("content-encoding"))).toEqual(["gzip", null]);
    expect(withoutRequestId(bodies[0])).toBe(withoutRequestId(bodies[1]));
  });

  test("renders an answer as the service does", async () => {
    const region = createEmptyCatalogue("us-east-1");
    const odd = { Description: "", Name: "a <b> & c", Tags: [{ Key: "Name", Value: "" }], BlockDeviceMappings: [] };
    for (let i = 1; i < 7; i++) region.add(image(i, odd));
    await using cloud = await start([region]);

    const answer = await fetchSigned(cloud, { MaxResults: 5 });
    const body = withoutRequestId(await answer.text());

    expect(answer.headers.get("content-type")).toBe("text/xml;charset=UTF-8");
    expect(body.replace(/ {8}<item>\n {12}<imageId>ami-0000000000000000[2-5]<[^]*?\n {8}<\/item>\n/g, ""))
      .toMatchInlineSnapshot(`
      "<?xml version="1.0" encoding="UTF-8"?>
      <DescribeImagesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">
          <requestId>…</requestId>
          <imagesSet>
              <item>
                  <imageId>ami-00000000000000001</imageId>
                  <imageState>available</imageState>
                  <imageOwnerId>590000000001</imageOwnerId>
                  <creationDate>2026-01-02T03:04:05.000Z</creationDate>
                  <isPublic>true</isPublic>
                  <architecture>x86_64</architecture>
                  <imageType>machine</imageType>
                  <name>a &lt;b&gt; &amp; c</name>
                  <description/>
                  <blockDeviceMapping/>
                  <tagSet>
                      <item>
                          <key>Name</key>
                          <value/>
                      </item>
                  </tagSet>
              </item>
          </imagesSet>
          <nextToken>NS5lMmIzYmQzMy4wNTViZGFiOQ==</nextToken>
      </DescribeImagesResponse>"
    `);
  });

  test("reads a signed GET like a POST", async () => {
    await using cloud = await start([generated({ count: 10 })]);
    const query = "Action=DescribeImages&IncludeDeprecated=true&MaxResults=5&Version=2016-11-15";

    const answer = await fetch(`${cloud.endpoint.url}/?${query}`, { headers: signGet(cloud.endpoint.url, query) });
    const forged = await fetch(`${cloud.endpoint.url}/?${query}&X=1`, { headers: signGet(cloud.endpoint.url, query) });

    expect((await answer.text()).match(/<imageId>/g)).toHaveLength(5);
    expect(forged.status).toBe(401);
  });
});

interface Cloud extends AsyncDisposable {
  readonly endpoint: Ec2Endpoint;
  readonly ec2: EC2Client;
  client(config: EC2ClientConfig): { client: EC2Client } & Disposable;
  describe(input: DescribeImagesCommandInput): Promise<DescribeImagesCommandOutput>;
  /** All pages: their images, and how many each had. */
  list(input: DescribeImagesCommandInput, pageSize?: number): Promise<{ images: object[]; pages: number[] }>;
}

async function start(
  catalogues: DemoCatalogue[],
  keyId = "AKIAOWNER",
  options: Partial<Ec2EndpointOptions> = {},
): Promise<Cloud> {
  const endpoint = await startEc2Endpoint({ catalogues, accessKeys: KEYS, ...options });
  const key = KEYS.find(({ id }) => id === keyId);
  const config: EC2ClientConfig = {
    region: "us-east-1",
    endpoint: endpoint.url,
    maxAttempts: 1,
    credentials: { accessKeyId: keyId, secretAccessKey: key?.secret ?? "" },
  };
  const ec2 = new EC2Client(config);
  return {
    endpoint,
    ec2,
    client(own) {
      const client = new EC2Client({ ...config, ...own });
      return { client, [Symbol.dispose]: () => client.destroy() };
    },
    describe: (input) => ec2.send(new DescribeImagesCommand(input)),
    async list(input, pageSize = 1000) {
      const pages: object[][] = [];
      // The paginator writes its token and page size into the input that it is given.
      for await (const page of paginateDescribeImages({ client: ec2, pageSize }, { ...input })) {
        pages.push(page.Images ?? []);
        if (pages.length > 1000) throw new Error("the listing does not end");
      }
      return { images: pages.flat(), pages: pages.map((images) => images.length) };
    },
    async [Symbol.asyncDispose]() {
      ec2.destroy();
      await endpoint[Symbol.asyncDispose]();
    },
  };
}

/** Sends what the SDK would send, and shows the answer as it came. */
async function fetchSigned(cloud: Cloud, input: DescribeImagesCommandInput): Promise<Response> {
  const sent: HttpRequest[] = [];
  const requestHandler = {
    handle: (request: HttpRequest) => {
      sent.push(request);
      return Promise.reject(new Error("kept, not sent"));
    },
  };
  using keeping = cloud.client({ requestHandler });
  await expect(keeping.client.send(new DescribeImagesCommand(input))).rejects.toThrow("kept, not sent");
  // fetch counts the body itself.
  const { headers: { "content-length": _length, ...headers } = {}, body } = sent[0] ?? {};
  return await fetch(cloud.endpoint.url, { method: "POST", headers, body: body ?? "" });
}

interface HttpRequest {
  readonly headers: Record<string, string>;
  readonly body: string;
}

/** A Signature Version 4, written out from its specification. */
function signGet(url: string, query: string): Record<string, string> {
  const [date, day] = ["20260901T000000Z", "20260901"];
  const scope = `${day}/us-east-1/ec2/aws4_request`;
  const signed = "host;x-amz-date";
  const canonical = `GET\n/\n${query}\nhost:${new URL(url).host}\nx-amz-date:${date}\n\n${signed}\n${sha256("")}`;
  let key: Buffer = Buffer.from("AWS4owner secret");
  for (const part of [day, "us-east-1", "ec2", "aws4_request"]) key = createHmac("sha256", key).update(part).digest();
  const text = `AWS4-HMAC-SHA256\n${date}\n${scope}\n${sha256(canonical)}`;
  const signature = createHmac("sha256", key).update(text).digest("hex");
  return {
    "x-amz-date": date,
    authorization: `AWS4-HMAC-SHA256 Credential=AKIAOWNER/${scope}, SignedHeaders=${signed}, Signature=${signature}`,
  };
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function withoutRequestId(body = ""): string {
  return body.replace(/<requestId>[\da-f-]{36}</, "<requestId>…<");
}

function generated(options: {
  count: number;
  region?: string;
  kernels?: number;
  accounts?: { id: string; owned: number; shared: number }[];
}): DemoCatalogue {
  return createCatalogue(createGeneratedRegion({ seed: 3, region: "us-east-1", ...options }));
}

function image(number: number, fields: Partial<DemoImage> = {}): DemoImage {
  return {
    ImageId: `ami-0${String(number).padStart(16, "0")}`,
    Name: `image-${number}`,
    OwnerId: "590000000001",
    State: "available",
    Public: true,
    Architecture: "x86_64",
    ImageType: "machine",
    CreationDate: "2026-01-02T03:04:05.000Z",
    ...fields,
  };
}
