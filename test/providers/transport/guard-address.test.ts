import type { LookupAddress } from "node:dns";
import { expect, test } from "vitest";
import {
  assertAllowedHost,
  guardedLookup,
  isLinkLocal,
  RefusedAddressError,
} from "../../../src/providers/transport/guard-address.ts";

const STRICT = { allowLinkLocal: false };
const LENIENT = { allowLinkLocal: true };

test.each([
  "169.254.169.254",
  "169.254.0.1",
  "fe80::1",
  "[fe80::1]",
  "febf::1",
  "::ffff:169.254.169.254",
  "[::ffff:a9fe:a9fe]",
  "fd00:ec2::254",
])("%s is link-local", (address) => {
  expect(isLinkLocal(address)).toBe(true);
});

test.each(["127.0.0.1", "10.0.0.1", "192.168.1.1", "169.253.1.1", "::1", "2001:db8::1", "fd00::1", "keystone", ""])(
  "%j is not",
  (address) => {
    expect(isLinkLocal(address)).toBe(false);
  },
);

test.each(["http://169.254.169.254/", "http://0xa9fea9fe/", "http://169.254.169.254./", "http://0251.0376.0251.0376/"])(
  "refuses the host of %s, unless allowed",
  (url) => {
    expect(() => assertAllowedHost(new URL(url), STRICT)).toThrow(RefusedAddressError);
    expect(() => assertAllowedHost(new URL(url), STRICT)).toThrow(/IMAGEDEX_ALLOW_LINK_LOCAL=true/);
    expect(() => assertAllowedHost(new URL(url), LENIENT)).not.toThrow();
  },
);

test("lets names pass, which are looked at when they are resolved", () => {
  expect(() => assertAllowedHost(new URL("http://keystone.example.org/"), STRICT)).not.toThrow();
});

test("resolves a name to one address, or to all when asked", async () => {
  expect(await look("localhost", { all: false })).toMatch(/^(127\.0\.0\.1|::1)$/);
  expect(await look("localhost", { all: true })).toContainEqual(
    expect.objectContaining({ family: expect.any(Number) }),
  );
});

// An address is its own name to the resolver, which is the one way to have a link-local answer without a name server.
test("refuses a name that leads to a link-local address, unless allowed", async () => {
  await expect(look("169.254.169.254", { all: true })).rejects.toThrow(RefusedAddressError);
  await expect(look("169.254.169.254", { all: true })).rejects.toThrow(
    /169\.254\.169\.254 \(169\.254\.169\.254\) is a/,
  );
  expect(await look("169.254.169.254", { all: false }, LENIENT)).toBe("169.254.169.254");
});

test("passes on that a name does not exist", async () => {
  await expect(look("nowhere.invalid", { all: false })).rejects.toMatchObject({ code: /ENOTFOUND|EAI_AGAIN/ });
});

function look(name: string, options: { all: boolean }, limits = STRICT): Promise<string | LookupAddress[]> {
  return new Promise((resolve, reject) => {
    guardedLookup(limits)(name, options, (error, address) => (error ? reject(error) : resolve(address)));
  });
}
