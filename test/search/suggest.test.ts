import { describe, expect, test } from "vitest";
import { getBackend } from "../../src/record/backends.ts";
import type { Catalogue } from "../../src/catalogue/file/open-catalogue.ts";
import { correctTerm } from "../../src/search/term/correct-term.ts";
import { createImageSearch, type ImageSearch } from "../../src/search/answer/search-images.ts";
import { commitImages, image, NOW, openTemporaryCatalogue, seedBackend } from "../catalogue/seed.ts";

const CANONICAL = "099720109477";
const AMAZON = { ownerId: "801119661308", ownerAlias: "amazon" };
const SOME = [
  image("ami-1", { name: "ubuntu/images/ubuntu-jammy-22.04-arm64-server-20260101", ownerId: CANONICAL }),
  image("ami-2", { name: "ubuntu/images/ubuntu-noble-24.04-amd64-server-20260101", ownerId: CANONICAL }),
  image("ami-3", { name: "Windows_Server-2019-English-Full-Base-2026.01.01", ...AMAZON }),
  image("ami-4", { name: "Windows_Server-2022-English-Full-Base-2026.01.01", ...AMAZON }),
  image("ami-5", { name: "CentOS 7 by nobody known" }),
  image("ami-7", { name: "Café-Rocky-9" }),
  image("ami-8", { name: "naïveté straße" }),
  image("ami-0ac9392bb24cdca10", { name: "one" }),
  image("ami-0ac9392bb24cdca11", { name: "other", keywords: ["snap-0123456789abcdef0", "مُحَمَّد", "データベース"] }),
  image("ami-6", { name: "CentOS Stream 9 x86_64 20260101", ownerId: "125523088429" }),
];

describe("suggestions", () => {
  test.each([
    ["complete a word", "ubu", "ubuntu"],
    ["complete the last word among what the others leave", "ubuntu nob", "ubuntu noble"],
    ["complete each word, in the order typed", "2019 wind", "2019 windows"],
    ["keep what stands between words", "ubuntu-jam", "ubuntu-jammy"],
    ["keep versions as they were typed", "ubuntu 22.04 arm", "ubuntu 22.04 arm64"],
    ["put swapped letters right", "ubunut", "ubuntu"],
    ["put right only the mistyped word", "widnows 2019", "windows 2019"],
    ["put right a word at the end", "server widnows", "server windows"],
    ["put a left-out letter right", "centso", "centos"],
  ])("%s", async (_, typed, suggested) => {
    using place = await createPlace();
    expect((await place.suggest(typed))[0]).toBe(suggested);
  });

  test.each(["", "ubuntu", "ami-999", "zzzzzz", "%%%", "ubunut zzzzzz"])("say nothing for %j", async (typed) => {
    using place = await createPlace();
    expect(await place.suggest(typed)).toEqual([]);
  });

  test.each([
    ["more words than anybody types", Array.from({ length: 330 }, () => "ub").join("-")],
    ["more mistyped words than are put right", "ubunut noblle jamy sevrer widnows 2022 centso"],
    ["a word longer than any", `${"ubunut".repeat(8)} windows`],
  ])("say nothing for %s, and look for nothing", async (_, term) => {
    using place = await createPlace();
    const looked: string[] = [];

    const corrected = correctTerm(term, {
      finds: (word) => (looked.push(word), false),
      alternatives: () => {
        throw new Error("no alternatives are asked for");
      },
    });

    expect([await place.suggest(term), corrected]).toEqual([[], undefined]);
    expect(looked.length).toBeLessThanOrEqual(16);
  });

  test.each([
    ["windows2023", "windows", "a number is never left out"],
    ["windows2023", "windows2022", "nor becomes another"],
  ])("%s is not put right to %s: %s", (typed, other) => {
    const corrected = correctTerm(typed, { finds: (term) => term === other, alternatives: () => [other] });

    expect(corrected).toBeUndefined();
  });

  test("put accents where they were left out, of words that are the same without", () => {
    const accented = (bare: string): string[] =>
      ["café", "naïve"].filter((word) => word.normalize("NFD").replace(/\p{M}/gu, "") === bare);
    const finds = (term: string): boolean => ["café", "naïve", "rocky", "café rocky"].includes(term);

    expect(correctTerm("cafe rocky", { finds, accented, alternatives: () => [] })).toBe("café rocky");
    expect(correctTerm("NAIVE", { finds, accented, alternatives: () => [] })).toBe("naïve");
  });

  test.each([
    [" ami-1,", "ami-1"],
    ["'ami-1'", "ami-1"],
    ["‘ami-1’.", "ami-1"],
    ["`ami-1`", "ami-1"],
    ['ami = "ami-1"', "ami ami-1"],
    ["(ubuntu, jammy)", "ubuntu jammy"],
    ["ubuntu,jammy;arm64", "ubuntu jammy arm64"],
    ['"jammy ubuntu"', "jammy ubuntu"],
    ["server2022 full", "server 2022 full"],
    ["server2022 englsih", "server 2022 english"],
    ["server/2019", "server 2019"],
    ["ami-0ac9392bb24cdca10!", "ami-0ac9392bb24cdca10"],
    ["~~ami-0ac9392bb24cdca10~~", "ami-0ac9392bb24cdca10"],
    ["_ami-0ac9392bb24cdca10_", "ami-0ac9392bb24cdca10"],
    ["「ami-0ac9392bb24cdca10」、", "ami-0ac9392bb24cdca10"],
    ["&quot;ami-0ac9392bb24cdca10&quot;", "ami-0ac9392bb24cdca10"],
    ['image_id = "ami-0ac9392bb24cdca10"', "ami-0ac9392bb24cdca10"],
    ['"ImageId": "ami-0ac9392bb24cdca10",', "ami-0ac9392bb24cdca10"],
    ["--image-id ami-0ac9392bb24cdca10", "ami-0ac9392bb24cdca10"],
    ["1. ami-0ac9392bb24cdca10", "ami-0ac9392bb24cdca10"],
    ["ami-0ac9392bb24cdca10 and ami-0ac9392bb24cdca11", "ami-0ac9392bb24cdca10,ami-0ac9392bb24cdca11"],
    ["arn:aws:ec2:us-east-1::snapshot/snap-0123456789abcdef0", "snap-0123456789abcdef0"],
    ['"SnapshotId": "snap-0123456789abcdef0"', "snap-0123456789abcdef0"],
    ['values = ["ubuntu/images/ubuntu-jammy-*"]', "ubuntu/images/ubuntu-jammy-*"],
    ["name=ubuntu/images/ubuntu-jammy-*", "ubuntu/images/ubuntu-jammy-*"],
    ["^ubuntu.*jammy.*$", "ubuntu*jammy*"],
    ["محمد", "مُحَمَّد"],
    ["データヘース", "データベース"],
    ["cafe", "café"],
    ["cafe-rocky", "café rocky"],
    ["NAIVE", "naïve"],
    ["strasse", "straße"],
    ["wíndows 2019", "windows 2019"],
    ["ami-0ac9392bb24cdca10 ami-0ac9392bb24cdca11", "ami-0ac9392bb24cdca10,ami-0ac9392bb24cdca11"],
    ["['ami-0ac9392bb24cdca10', 'ami-0ac9392bb24cdca11']", "ami-0ac9392bb24cdca10,ami-0ac9392bb24cdca11"],
    [
      `${CANONICAL}/ubuntu/images/ubuntu-jammy-22.04-arm64-server-20260101`,
      `${CANONICAL} ubuntu images ubuntu-jammy-22.04-arm64-server-20260101`,
    ],
  ])("%s is tidied to %s", async (typed, tidied) => {
    using place = await createPlace();
    expect((await place.suggest(typed))[0]).toBe(tidied);
  });

  test.each([
    ["arn:aws:ec2:us-east-1::image/ami-0ac9392bb24cdca10", "ami-0ac9392bb24cdca10"],
    ["projects/debian-cloud/global/images/debian-12-bookworm", "debian-12-bookworm"],
    ["https://cloud:9292/v2/images/4f1c2d3e-0a1b-4c5d-8e9f-0123456789ab", "4f1c2d3e-0a1b-4c5d-8e9f-0123456789ab"],
    ["ubuntu/images/ubuntu-jammy-22.04-arm64-server-*", "ubuntu/images/ubuntu-jammy-22.04-arm64-server-"],
    ["*jammy*22.04*", "jammy 22.04"],
    ["4f1c2d3e0a1b4c5d8e9f0123456789ab", "4f1c2d3e-0a1b-4c5d-8e9f-0123456789ab"],
    ["https://cloud/v2/images/4f1c2d3e-0a1b-4c5d-8e9f-0123456789ab/file", "4f1c2d3e-0a1b-4c5d-8e9f-0123456789ab"],
    ["global/images/debian-12-bookworm", "debian-12-bookworm"],
    ["https://console/imagesDetail/projects/debian-cloud/global/images/debian-12?project=me", "debian-12"],
    ["Canonical:ubuntu-24_04-lts:server:latest", "canonical:ubuntu-24_04-lts:server"],
    ["https://cloud.linode.com/images/private/12345", "private/12345"],
    ["https://cloud.digitalocean.com/images/118237842", "118237842"],
    ["crn:v1:bluemix:public:is:us-south:a/1::image:r006-14140f94", "r006-14140f94"],
    ["acs:ecs:cn-hangzhou:1:image/m-bp1abc", "m-bp1abc"],
    ["docker.io/library/nginx:1.25", "nginx:1.25"],
    ["127.0.0.1:5000/lab/app:1.10", "lab/app:1.10"],
    ["oci://lab/app:1.10", "lab/app:1.10"],
  ])("%s may be %s", (pasted, meant) => {
    expect(correctTerm(pasted, { finds: (term) => term === meant, alternatives: () => [] })).toBe(meant);
  });

  test("take no id apart, whose parts stand in other ids", async () => {
    using place = await createPlace();
    expect(await place.suggest("ami-0ac9392bb24cdca12!")).toEqual([]);
  });

  test("drop no number that stands beside an id", async () => {
    using place = await createPlace();
    expect(await place.suggest("22 ami-0ac9392bb24cdca10")).toEqual([]);
  });

  test("never show a word of images that the backend does not show", async () => {
    using place = await createPlace();
    const other = await seedBackend(place.catalogue, "other", [{ key: "ec2 own other", scope: "own" }]);
    commitImages(place.catalogue, other, [image("ami-9", { name: "secretword", owned: true, visibility: "private" })]);

    expect(await place.suggest("secretw", "other")).toEqual(["secretword"]);
    expect(await place.suggest("secretw")).toEqual([]);
    expect(await place.suggest("sceretword")).toEqual([]);
  });
});

interface Place extends Disposable {
  readonly catalogue: Catalogue;
  suggest(typed: string, backend?: string): Promise<string[]>;
}

async function createPlace(): Promise<Place> {
  const catalogue = openTemporaryCatalogue();
  const backend = await seedBackend(catalogue, "test");
  commitImages(catalogue, backend, SOME);
  const search: ImageSearch = createImageSearch(catalogue, () => NOW);
  return {
    catalogue,
    suggest: (typed: string, id = "test") => search.suggest([getBackend(catalogue, id)], typed, 10),
    [Symbol.dispose]: () => catalogue[Symbol.dispose](),
  };
}
