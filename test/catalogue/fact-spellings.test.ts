import { expect, test } from "vitest";
import { factSpellings } from "../../src/catalogue/facts/fact-spellings.ts";

type Facts = Parameters<typeof factSpellings>[0];
const NOTHING: Facts = { os: null, osVersion: null, osCodename: null, architecture: null };

test.each<[string, Partial<Facts>, string[]]>([
  ["machines", { architecture: "x86_64" }, ["amd64", "x64"]],
  ["arm", { architecture: "arm64" }, ["aarch64"]],
  [
    "Ubuntu",
    { os: "ubuntu", osVersion: "22.04", osCodename: "jammy" },
    ["ubuntu2204", "ubuntu22.04", "ubuntu-22-04", "ubuntu-22.04", "ubuntu 2204", "jammy"],
  ],
  ["Red Hat", { os: "rhel", osVersion: "9.4" }, ["rhel9", "rhel9.4", "rhel-9-4", "redhat", "redhat 9", "red hat 9"]],
  ["Rocky", { os: "rocky", osVersion: "9" }, ["rockylinux 9", "rocky9", "rocky-linux-9"]],
  ["Alma", { os: "almalinux", osVersion: "8.10" }, ["almalinux8", "alma linux 8.10", "almalinux810"]],
  ["Amazon", { os: "amazon-linux", osVersion: "2023" }, ["al2023", "amazon linux 2023", "amzn2023"]],
  ["Amazon 1", { os: "amazon-linux", osVersion: "2018.03" }, ["al1", "amazon linux 2018.03"]],
  ["Windows", { os: "windows", osVersion: "2022" }, ["win2022", "windows2022", "windows server 2022", "ws2022"]],
  ["Windows R2", { os: "windows", osVersion: "2012 R2" }, ["win2012r2", "windows server 2012 r2", "windows-2012-r2"]],
  ["Debian", { os: "debian", osVersion: "12", osCodename: "bookworm" }, ["debian12", "debian-12", "bookworm"]],
  ["SUSE", { os: "sles", osVersion: "15.6" }, ["sles15", "sles 15 sp6", "sles15sp6", "sles-15-sp6", "suse"]],
  ["CentOS Stream", { os: "centos", osVersion: "9", osCodename: "stream" }, ["centos9", "centos stream"]],
  ["any other", { os: "flatcar", osVersion: "3815.2.0" }, ["flatcar", "flatcar 3815.2.0"]],
])("%s is found by what people call it", (_, facts, spellings) => {
  expect(factSpellings({ ...NOTHING, ...facts })).toEqual(expect.arrayContaining(spellings));
});

test("what is not known has no spelling", () => {
  expect(factSpellings(NOTHING)).toEqual([]);
});

test("22 is no Ubuntu, and no spelling is told twice", () => {
  const spellings = factSpellings({ os: "ubuntu", osVersion: "22.04", osCodename: "jammy", architecture: "x86_64" });

  expect(spellings).not.toContain("ubuntu22");
  expect(new Set(spellings).size).toBe(spellings.length);
});
