import type { LookupAddress } from "node:dns";
import { expect, test } from "vitest";
import {
  assertAllowedHost,
  guardedLookup,
  isLinkLocal,
  RefusedAddressError,
  type Resolve,
} from "../../../src/providers/transport/http/guard-address.ts";

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
  "fd00:ec2::23",
  "fd20:ce::254",
  "100.100.100.200",
  "fe80::1%eth0",
  "64:ff9b::169.254.169.254",
  "::ffff:0:169.254.169.254",
  "2002:a9fe:a9fe::1",
  "169.254.169.254.",
  "2852039166",
  "0xa9fea9fe",
  "0251.0376.0251.0376",
  "169.254.43518",
  "169.254.170.2",
  "169.254.0.23",
  "fd00:c1::a9fe:a9fe",
  "168.63.129.16",
  "::ffff:168.63.129.16",
  "64:ff9b::168.63.129.16",
  "64:ff9b:1::169.254.169.254",
  "64:ff9b:1:a9fe:a9:fe00::",
  "2001:db8:64::169.254.169.254",
  "2001:db8:122:a83f:81:1000::",
  "192.0.0.192",
  "100.100.100.200",
  "::ffff:100.100.100.200",
  "2002:a83f:8110::1",
  "2001:0:a9fe:a9fe::1",
  "::169.254.1.2",
  "fe80::5efe:169.254.169.254",
  "2001:db8::5efe:169.254.169.254",
  "fd00:a9fe:a9fe::1",
  "fd00:42::42",
])("%s is link-local", (address) => {
  expect(isLinkLocal(address)).toBe(true);
});

test.each([
  "127.0.0.1",
  "10.0.0.1",
  "192.168.1.1",
  "169.253.1.1",
  "::1",
  "2001:db8::1",
  "fd00::1",
  "64:ff9b::10.0.0.1",
  "::10.0.0.1",
  "2002:0a00:1::1",
  "168.63.129.17",
  "192.0.0.191",
  "100.100.100.201",
  "fd00:c1::1",
  "fd01:ec2::254",
  "keystone",
  "",
])("%j is not", (address) => {
  expect(isLinkLocal(address)).toBe(false);
});

test.each([
  "http://169.254.169.254/",
  "http://0xa9fea9fe/",
  "http://169.254.169.254./",
  "http://0251.0376.0251.0376/",
  "http://metadata.google.internal/",
  "http://INSTANCE-DATA.ec2.internal./",
  "http://metadata.azure.internal/",
  "http://metadata/",
  "http://[::ffff:a83f:8110]/",
  "http://2822734096/",
])("refuses the host of %s, unless allowed", (url) => {
  expect(() => assertAllowedHost(new URL(url), STRICT)).toThrow(RefusedAddressError);
  expect(() => assertAllowedHost(new URL(url), STRICT)).toThrow(/IMAGEDEX_ALLOW_LINK_LOCAL=true/);
  expect(() => assertAllowedHost(new URL(url), LENIENT)).not.toThrow();
});

test("lets names pass, which are looked at when they are resolved", () => {
  expect(() => assertAllowedHost(new URL("http://keystone.example.org/"), STRICT)).not.toThrow();
});

test("resolves a name to one address, or to all when asked", async () => {
  expect(await look("localhost", { all: false })).toMatch(/^(127\.0\.0\.1|::1)$/);
  expect(await look("localhost", { all: true })).toContainEqual(
    expect.objectContaining({ family: expect.any(Number) }),
  );
});

test("refuses a name of which any address is link-local, unless allowed", async () => {
  const addresses = [
    { address: "192.0.2.1", family: 4 },
    { address: "fe80::1", family: 6 },
  ];
  const resolve: Resolve = (_name, _options, done) => done(null, addresses);

  await expect(look("metadata", { all: true }, STRICT, resolve)).rejects.toThrow(RefusedAddressError);
  await expect(look("metadata", { all: false }, STRICT, resolve)).rejects.toThrow(
    /metadata \(fe80::1\) is a link-local/,
  );
  expect(await look("metadata", { all: true }, LENIENT, resolve)).toEqual(addresses);
});

test("passes on that a name does not exist", async () => {
  await expect(look("nowhere.invalid", { all: false })).rejects.toMatchObject({ code: /ENOTFOUND|EAI_AGAIN/ });
});

function look(
  name: string,
  options: { all: boolean },
  limits = STRICT,
  resolve?: Resolve,
): Promise<string | LookupAddress[]> {
  return new Promise((fulfil, reject) => {
    guardedLookup(limits, resolve)(name, options, (error, address) => (error ? reject(error) : fulfil(address)));
  });
}
