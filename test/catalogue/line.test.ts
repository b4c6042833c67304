import { expect, test } from "vitest";
import { lineOf } from "../../src/catalogue/facts/line.ts";

test.each([
  ["6.3", "RHEL-6.3_GA-x86_64-*-Access2"],
  ["6.4", "RHEL-6.4_GA-x86_64-*-Access2"],
  ["8.6", "RHEL-8.6_GA-x86_64-*-Access2"],
])("the numbers of a machine are no version: %s is in the line of its major version", (osVersion, family) => {
  const line = lineOf({ publisher: "Red Hat", family, os: "rhel", osVersion, architecture: "x86_64" });

  expect(line).toBe(`Red Hat | RHEL-*_GA-x86_64-*-Access2 | x86_64 | rhel ${osVersion.slice(0, 1)}`);
});

test.each(["rhel-lvm86", "rhel8.6", "RHEL 8_6"])("a version is one where letters stand before it: %s", (family) => {
  const line = lineOf({ publisher: "Red Hat", family, os: "rhel", osVersion: "8.6", architecture: "x86_64" });

  expect(line).toMatch(/\*/);
});
