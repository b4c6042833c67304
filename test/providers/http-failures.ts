import { describe, expect, test } from "vitest";
import type { ImageProvider } from "../../src/providers/provider.ts";
import { listAll } from "./contract.ts";
import { failureOf } from "./failure-of.ts";

/** A provider whose cloud gives the same answer to whatever it is asked for images. */
export interface Answering extends AsyncDisposable {
  readonly provider: ImageProvider;
  answer(reply: { status: number; headers?: Record<string, string>; body: string }): void;
}

const JSON_TYPE = { "content-type": "application/json" };
const HTML = { headers: { "content-type": "text/html" }, body: "<html><body>Sorry</body></html>" };

/** What becomes of answers that no listing can go on from: of the HTTP that all clouds share. */
export function describeHttpFailures(start: () => Promise<Answering>): void {
  describe.each([
    { what: "401", reply: { status: 401, headers: JSON_TYPE, body: "{}" }, reason: "credentials" },
    { what: "403", reply: { status: 403, headers: JSON_TYPE, body: "{}" }, reason: "forbidden" },
    { what: "404", reply: { status: 404, headers: JSON_TYPE, body: "{}" }, reason: "invalid-answer" },
    { what: "429", reply: { status: 429, headers: JSON_TYPE, body: "{}" }, reason: "throttled" },
    { what: "500", reply: { status: 500, headers: JSON_TYPE, body: "{}" }, reason: "invalid-answer" },
    { what: "503 in HTML", reply: { status: 503, ...HTML }, reason: "invalid-answer" },
    { what: "HTML instead of JSON", reply: { status: 200, ...HTML }, reason: "invalid-answer" },
    {
      what: "half a body",
      reply: { status: 200, headers: JSON_TYPE, body: '{"items": [{"id": ' },
      reason: "invalid-answer",
    },
    {
      what: "JSON of another kind",
      reply: { status: 200, headers: JSON_TYPE, body: '"sorry"' },
      reason: "invalid-answer",
    },
  ])("answered with $what", ({ reply, reason }) => {
    test(`throws, for ${reason}`, async () => {
      await using cloud = await start();
      cloud.answer(reply);

      const error = await failureOf(listAll(cloud));

      expect(error).toMatchObject({ provider: cloud.provider.name, reason });
    });
  });

  test("tries a throttled request again, and says what Retry-After asked for", async () => {
    await using cloud = await start();
    cloud.answer({ status: 429, headers: { ...JSON_TYPE, "retry-after": "7" }, body: "{}" });

    const error = await failureOf(listAll(cloud));

    expect(error.message).toMatch(/tried \d+ times.*Retry-After: 7/);
  });

  test("does not wait for a Retry-After of a day", async () => {
    await using cloud = await start();
    cloud.answer({ status: 429, headers: { ...JSON_TYPE, "retry-after": "86400" }, body: "{}" });

    const error = await failureOf(listAll(cloud));

    expect(error.message).toContain("Retry-After: 86400");
    expect(error.message).not.toContain("tried");
  });
}
