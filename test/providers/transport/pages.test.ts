import { expect, test } from "vitest";
import { ProviderError } from "../../../src/errors.ts";
import type { JsonClient } from "../../../src/providers/transport/http/json-client.ts";
import { createPageTrail, resolveNext } from "../../../src/providers/transport/paging/page-trail.ts";

const CURRENT = new URL("https://images.example.org/v2/images?limit=2");

const client: Pick<JsonClient, "error" | "quote"> = {
  quote: (said) => said,
  error: (reason, message) => new ProviderError(message, { provider: "cloud", scope: "here", reason }),
};

test.each([
  { link: "/v2/images?marker=1", next: "https://images.example.org/v2/images?marker=1" },
  { link: "?page=2", next: "https://images.example.org/v2/images?page=2" },
  { link: "https://images.example.org:443/else", next: "https://images.example.org/else" },
])("resolves $link", ({ link, next }) => {
  expect(resolveNext(link, CURRENT, client).href).toBe(next);
});

test.each([
  "https://example.org/v2/images",
  "http://images.example.org/v2/images",
  "https://images.example.org:8443/v2/images",
  "https://images.example.org@example.org/",
  "//example.org/v2/images",
  "\\\\example.org/v2/images",
  "file:///etc/passwd",
  "https://",
])("refuses %s", (link) => {
  expect(() => resolveNext(link, CURRENT, client)).toThrow(ProviderError);
  expect(() => resolveNext(link, CURRENT, client)).toThrow(/next page is/);
});

test("lets every page be stepped on once", () => {
  const trail = createPageTrail(client);

  expect([trail.step("a"), trail.step("b")]).toEqual(["a", "b"]);
  expect(() => trail.step("a")).toThrow(/does not advance: a comes again/);
});

test("ends a listing that invents pages for ever", () => {
  const trail = createPageTrail(client);
  for (let page = 0; page < 100_000; page++) trail.step(String(page));

  expect(() => trail.step("one more")).toThrow(/more than 100000 pages/);
});
