import Database from "better-sqlite3";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compareNatural, compareNewestFirst, naturalKey, newestFirstKey } from "../src/version-order.ts";
import { histories } from "./histories.ts";

/** From the oldest to the newest, or from A to Z. */
const ORDERED: readonly (readonly string[])[] = [
  ["RHEL 8.8", "RHEL 8.9", "RHEL 8.10"],
  ["24.04.202404230", "24.04.202405100", "24.04.202406140", "24.10.202405100"],
  ["20348.2402.240405", "20348.2461.240510", "20348.2461.240511"],
  ["suse-sles-15-v20180816-hvm", "suse-sles-15-sp6-v20240620-hvm", "suse-sles-15-sp7-v20230101-hvm"],
  ["SLES 15 SP6", "SLES 15 SP7", "SLES 15 SP10", "SLES 16"],
  ["Windows_Server-2012-RTM", "Windows_Server-2012-R2_RTM", "Windows_Server-2016"],
  [
    "app 2.0.0-dev.7",
    "app 2.0.0-alpha",
    "app 2.0.0-alpha.1",
    "app 2.0.0-beta2",
    "app 2.0.0-beta.11",
    "app 2.0.0-rc.1",
    "app 2.0.0rc2",
    "app 2.0.0",
    "app 2.0.0-1",
    "app 2.0.0.1",
    "app 2.0.1-rc1",
    "app 2.0.1",
  ],
  ["talos-v1.9.0-alpha.3-amd64", "talos-v1.9.0-amd64", "talos-v1.10.0-beta.0-amd64", "talos-v1.10.0-amd64"],
  ["Moby Linux aws-v1.12.2-rc2-beta7", "Moby Linux aws-v1.12.2-rc3-beta8", "Moby Linux aws-v1.12.2"],
  ["lab/app:build-20240601", "lab/app:build-20240602", "lab/app:build-20240610"],
  ["1.0~rc1", "1.0~2", "1.0", "1.0-1", "1.0.1"],
  ["1.2-amd64", "1.2-20240101", "1.2.1-amd64"],
  ["openssl 1.1.1", "openssl 1.1.1b", "openssl 1.1.1k", "openssl 1.1.2"],
  ["img", "img-9", "img-10", "img-a"],
  ["a-1", "beta-app", "c"],
  ["9front", "10up", "apple", "Banana", "cherry"],
  ["v1.9", "1.10", "v1.11"],
  ["007", "8"],
  ["web-31-12-2023", "web-01-02-2024", "web-05-02-2024"],
  ["web_12/31/2023", "web_02/01/2024", "web_02/13/2024"],
  ["web-28.02.2024", "web-01.03.2024"],
  ["web-05-Jan-2024", "web-01-Feb-2024", "web-01-Feb-2024-2"],
  ["web-dec-2023", "web-April-2024", "web-Aug-2024"],
  ["web-2023-Dec-31", "web-2024-Jan-01", "web-2024-Apr", "web-2024-Aug"],
  ["web-2024-1-31", "web-20240201", "web-2024-02-02T10", "web 3 Feb, 2024"],
  ["CentOS-7.9.2009", "CentOS-8.3.2011", "CentOS-8.4.2105"],
  ["rhel 8.9.2024", "rhel 8.10.2023"],
  ["TeamCity 2023.11.1", "TeamCity 2023.11.10", "TeamCity 2024.1.1"],
  ["app:1.0-M1", "app:1.0-M10", "app:1.0-RC1", "app:1.0"],
  ["python 3.13.0a6", "python 3.13.0b1", "python 3.13.0rc3", "python 3.13.0"],
  ["postgres:17beta1-alpine", "postgres:17rc1-alpine", "postgres:17-alpine"],
  ["node:22.0.0-nightly", "node:22.0.0-next.5", "node:22.0.0-ea.1", "node:22.0.0"],
  [
    "FreeBSD 14.0-CURRENT",
    "FreeBSD 14.0-ALPHA4",
    "FreeBSD 14.0-RC3",
    "FreeBSD 14.0-RELEASE",
    "FreeBSD 14.0-RELEASE-p5",
  ],
  ["FreeBSD 14.0-RELEASE-p5", "FreeBSD 14.0-RELEASE-p11", "FreeBSD 14.1-RELEASE"],
  ["openEuler-22.03-LTS", "openEuler-22.03-LTS-SP1", "openEuler-22.03-LTS-SP3", "openEuler-24.03-LTS"],
  ["SQL 2019", "SQL 2019 CU9", "SQL 2019 CU10", "SQL 2022"],
  ["PA-VM 10.1.14", "PA-VM 10.1.14-h1", "PA-VM 10.1.14-h10", "PA-VM 10.1.15"],
];

const pairs = ORDERED.flatMap((row) => row.flatMap((a, at) => row.slice(at + 1).map((b) => [a, b] as const)));

test.each(pairs)("%s comes before %s", (older, newer) => {
  expect(compareNatural(older, newer)).toBeLessThan(0);
  expect(compareNatural(newer, older)).toBeGreaterThan(0);
});

describe("the newest first", () => {
  test.each(pairs.filter(([older]) => /\d/.test(older) && !/^(img|a-1|\d*[a-z]+$)/i.test(older)))(
    "%s comes behind %s",
    (older, newer) => {
      expect(compareNewestFirst(newer, older)).toBeLessThan(0);
    },
  );

  test.each([
    ["alpha", "beta"],
    ["img", "img-9"],
    ["img-10", "img-9"],
    ["web-amd64", "web-arm64"],
    ["web 2 blue", "web 2 green"],
  ])("of unlike names the alphabet tells: %s comes before %s", (first, second) => {
    expect(compareNewestFirst(first, second)).toBeLessThan(0);
  });
});

const text = fc.oneof(
  fc
    .array(fc.constantFrom(..."0 1 9 10 007 rc dev sp v a x ~ . - _ é 版 😀 \uff5e Z".split(" ")), { maxLength: 7 })
    .map((parts) => parts.join("")),
  fc.string({ unit: "binary", maxLength: 12 }),
);

test("any texts have one order, the same in SQLite as here", () => {
  using database = closing(new Database(":memory:"));
  const sort = database.prepare<[string], string>("SELECT value FROM json_each(?) ORDER BY value").pluck();
  fc.assert(
    fc.property(fc.array(text, { minLength: 2, maxLength: 8 }), (texts) => {
      for (const [compare, key] of [
        [compareNatural, naturalKey],
        [compareNewestFirst, newestFirstKey],
      ] as const) {
        const keys = texts.toSorted(compare).map(key);
        expect(sort.all(JSON.stringify(texts.map(key)))).toEqual(keys);
        expect(texts.toReversed().toSorted(compare).map(key)).toEqual(keys);
      }
    }),
    histories(500),
  );
});

test.each(["1", "a", "-", "v1", "rc1.", "~"])("a text of 50,000 times %j is read in linear time", (part) => {
  const start = performance.now();

  newestFirstKey(part.repeat(50_000));

  expect(performance.now() - start).toBeLessThan(2_000);
});

function closing(database: Database.Database): Database.Database & Disposable {
  return Object.assign(database, { [Symbol.dispose]: () => void database.close() });
}
