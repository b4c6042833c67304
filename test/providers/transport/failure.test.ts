import { expect, test } from "vitest";
import { networkFailure } from "../../../src/providers/transport/http/failure.ts";
import { createRedactor } from "../../../src/providers/transport/http/redact.ts";

const redactor = createRedactor(["s3cret"]);

test("a failure says where it was thrown, and hides secrets", () => {
  const { cause } = networkFailure(redactor, "GET /images", new TypeError("s3cret is no function"));

  expect(cause?.message).toBe("[secret] is no function");
  expect(cause?.stack).toMatch(/^Error: \[secret\] is no function\n {4}at .*failure\.test\.ts/);
});

test("what an answer says is not taken for a place", () => {
  const { cause } = networkFailure(redactor, "GET /images", new Error("bad\n    at s3cret"));

  expect(cause?.stack).not.toContain("s3cret");
});
