import { EC2Client, paginateDescribeImages } from "@aws-sdk/client-ec2";
import { expect, test } from "vitest";
import { createCatalogue } from "../../src/demo/generate/catalogue.ts";
import { type Ec2Endpoint, startEc2Endpoint } from "../../src/demo/ec2/ec2-endpoint.ts";
import { afterFirstPage, everyNth, type FaultPlan, type Misbehaviour, onRequests } from "../../src/demo/ec2/faults.ts";
import { createGeneratedRegion } from "../../src/demo/generate/generate-catalogue.ts";

const PAGES = [5, 5, 5, 5];

test.each<[string, FaultPlan]>([
  ["every second request throttled", everyNth(2, { kind: "throttle" })],
  ["an internal error", onRequests([2, 3], { kind: "internal-error" })],
  ["a reset connection", onRequests([3], { kind: "reset" })],
  ["a cut body", onRequests([2], { kind: "cut" })],
  ["a proxy's error", onRequests([1], { kind: "html-error" })],
  ["a late answer", onRequests([2], { kind: "delay", ms: 30 })],
])("a listing gets over %s, by the SDK's retries", async (_, plan) => {
  await using cloud = await start(plan);

  expect(await cloud.list({ maxAttempts: 4 })).toEqual(PAGES);
});

test.each<[Misbehaviour["kind"], object]>([
  ["throttle", { name: "RequestLimitExceeded", $metadata: { httpStatusCode: 503 } }],
  ["internal-error", { name: "InternalError", $metadata: { httpStatusCode: 500 } }],
  ["unauthorized", { name: "UnauthorizedOperation", $metadata: { httpStatusCode: 403 } }],
  ["reset", { code: "ECONNRESET" }],
  ["cut", { code: "ECONNRESET" }],
  ["expired-token", { name: "InvalidParameterValue", message: "The NextToken is invalid." }],
])("%s ends a listing that does not retry", async (kind, error) => {
  await using cloud = await start(afterFirstPage(misbehaviour(kind)));

  await expect(cloud.list({ maxAttempts: 1 })).rejects.toMatchObject(error);
  expect(cloud.endpoint.requests).toHaveLength(2);
});

test.each<Misbehaviour["kind"]>(["invalid-xml", "html-error"])("%s is no answer", async (kind) => {
  await using cloud = await start(everyNth(1, misbehaviour(kind)));

  await expect(cloud.list({ maxAttempts: 1 })).rejects.toThrow(Error);
});

test.each<[Misbehaviour["kind"], FaultPlan, number[]]>([
  ["empty-listing", everyNth(1, { kind: "empty-listing" }), [0]],
  ["short-listing", onRequests([2], { kind: "short-listing" }), [5, 5]],
  ["empty-page", onRequests([2, 3], { kind: "empty-page" }), [5, 0, 0, 5, 5, 5]],
])("%s looks like a whole listing", async (_, plan, pages) => {
  await using cloud = await start(plan);

  expect(await cloud.list({ maxAttempts: 1 })).toEqual(pages);
});

test("repeat-page gives the same page for ever", async () => {
  await using cloud = await start(afterFirstPage({ kind: "repeat-page" }));

  await expect(cloud.list({ maxAttempts: 1 })).rejects.toThrow("no end after 5,5,5,5,5,5,5,5,5,5");
});

test("endless names empty pages for ever, with a new token each", async () => {
  await using cloud = await start(everyNth(1, { kind: "endless" }));

  await expect(cloud.list({ maxAttempts: 1 })).rejects.toThrow("no end after 5,5,5,5,0,0,0,0,0,0");
  const tokens = cloud.endpoint.requests.map(({ params }) => params.get("NextToken"));
  expect(new Set(tokens).size).toBe(tokens.length);
});

test("says when to come back, with a throttled request that is told to", async () => {
  await using cloud = await start(everyNth(1, { kind: "throttle", retryAfter: 7 }));

  await expect(cloud.list({ maxAttempts: 1 })).rejects.toMatchObject({
    $response: { headers: { "retry-after": "7" } },
  });
});

test("behaves again without a plan", async () => {
  await using cloud = await start(everyNth(1, { kind: "internal-error" }));
  cloud.endpoint.misbehave();

  expect(await cloud.list({ maxAttempts: 1 })).toEqual(PAGES);
});

function misbehaviour(kind: Misbehaviour["kind"]): Misbehaviour {
  return kind === "delay" ? { kind, ms: 1 } : { kind };
}

async function start(plan: FaultPlan): Promise<
  AsyncDisposable & {
    endpoint: Ec2Endpoint;
    /** How many images each page of a listing of 20 has; throws after ten pages. */
    list(options: { maxAttempts: number }): Promise<number[]>;
  }
> {
  const catalogue = createCatalogue(createGeneratedRegion({ count: 20, seed: 1, region: "us-east-1" }));
  const key = { id: "AKIA", secret: "secret", account: "111122223333" };
  const endpoint = await startEc2Endpoint({ catalogues: [catalogue], accessKeys: [key] });
  endpoint.misbehave(plan);
  return {
    endpoint,
    async list({ maxAttempts }) {
      const credentials = { accessKeyId: key.id, secretAccessKey: key.secret };
      const client = new EC2Client({ region: "us-east-1", endpoint: endpoint.url, maxAttempts, credentials });
      const pages: number[] = [];
      try {
        const input = { IncludeDeprecated: true };
        for await (const { Images = [] } of paginateDescribeImages({ client, pageSize: 5 }, input)) {
          pages.push(Images.length);
          if (pages.length === 10) throw new Error(`no end after ${pages.join()}`);
        }
        return pages;
      } finally {
        client.destroy();
      }
    },
    [Symbol.asyncDispose]: () => endpoint[Symbol.asyncDispose](),
  };
}
