import { beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { type Backend, getBackend } from "../../src/record/backends.ts";
import type { Catalogue } from "../../src/catalogue/file/open-catalogue.ts";
import type { ImageQuery } from "../../src/search/term/image-query.ts";
import { createImageSearch, type ImageSearch } from "../../src/search/answer/search-images.ts";
import { commitImages, image, NOW, openTemporaryCatalogue, seedBackend } from "../catalogue/seed.ts";

const [CANONICAL, AMAZON, RED_HAT, DEBIAN, STRANGER] = [
  "099720109477",
  "137112412989",
  "309956199498",
  "136693071363",
  "210987654321",
];
const STEM = "ubuntu/images/hvm-ssd/ubuntu";

/** Id, name, owner and machine. */
const IMAGES = [
  ["ami-jammy", `${STEM}-jammy-22.04-amd64-server-20260101`, CANONICAL, "x86_64"],
  ["ami-jammy-arm", `${STEM}-jammy-22.04-arm64-server-20260101`, CANONICAL, "arm64"],
  ["ami-focal", `${STEM}-focal-20.04-amd64-server-20220404`, CANONICAL, "x86_64"],
  ["ami-al2023", "al2023-ami-2023.6.20260101.0-kernel-6.1-x86_64", AMAZON, "x86_64"],
  ["ami-red9", "RHEL-9.4.0_HVM-20260101-x86_64-82-Hourly2-GP3", RED_HAT, "x86_64"],
  ["ami-red8", "RHEL-8.10.0_HVM-20260101-x86_64-82-Hourly2-GP3", RED_HAT, "x86_64"],
  ["ami-debian", "debian-12-amd64-20260101-1234", DEBIAN, "x86_64"],
  ["ami-windows", "Windows_Server-2022-English-Full-Base-2026.01.01", "801119661308", "x86_64"],
  ["ami-0ac9392bb24cdca10", "one", STRANGER, "arm64"],
  ["ami-0ac9392bb24cdca11", "other", STRANGER, "arm64"],
  ["ami-fake", "golden-ubuntu2204-debian12-rhel9-windows2022", STRANGER, "x86_64"],
] as const;

describe("the spellings of what an image is", () => {
  let search: ImageSearch;
  let backend: Backend;
  let catalogue: Catalogue;

  beforeAll(async () => {
    catalogue = openTemporaryCatalogue();
    const seeded = await seedBackend(catalogue, "test");
    const images = IMAGES.map(([id, name, ownerId, architecture]) =>
      image(id, {
        name,
        ownerId,
        architecture,
        extra: id === "ami-fake" ? { platform_details: "Windows" } : {},
        platform: id === "ami-windows" ? "windows" : null,
      }),
    );
    commitImages(catalogue, seeded, images);
    backend = getBackend(catalogue, "test");
    search = createImageSearch(catalogue, () => NOW);
    return () => catalogue[Symbol.dispose]();
  });

  const find = async (term: string, match: ImageQuery["match"] = "words"): Promise<string[]> => {
    const { body } = await search.page([backend], { term, match }, { limit: 100, offset: 0 });
    return z
      .array(z.object({ id: z.string() }))
      .parse(JSON.parse(body.toString()))
      .map(({ id }) => id);
  };

  test.each([
    ["al2023 amd64", "ami-al2023"],
    ["rhel 9 amd64", "ami-red9"],
    ["ubuntu jammy aarch64", "ami-jammy-arm"],
    ["ubuntu2204 x64", "ami-jammy"],
    ["ubuntu-22-04 aarch64", "ami-jammy-arm"],
    ["rhel9", "ami-red9"],
    ["redhat 9", "ami-red9"],
    ["debian12", "ami-debian"],
    ["bookworm", "ami-debian"],
    ["windows2022", "ami-windows"],
    ["win2022", "ami-windows"],
    ["ubuntu*2204", "ami-jammy"],
  ])("%s finds %s first", async (term, id) => {
    expect((await find(term))[0]).toBe(id);
  });

  test("a release written without its dot is not the serial number of another", async () => {
    const found = await find("ubuntu 2204");

    expect(found.slice(0, 2).toSorted()).toEqual(["ami-jammy", "ami-jammy-arm"]);
  });

  test("facts of strangers' images stand below what others say", async () => {
    expect(await find("windows server")).toEqual(["ami-windows", "ami-fake"]);
  });

  test("ids with commas between them find each of their images", async () => {
    expect((await find("ami-0ac9392bb24cdca10,ami-0ac9392bb24cdca11")).toSorted()).toEqual([
      "ami-0ac9392bb24cdca10",
      "ami-0ac9392bb24cdca11",
    ]);
  });

  test("match=given finds only what the cloud said", async () => {
    expect(await find("rhel9", "given")).toEqual(["ami-fake"]);
    expect(await find("aarch64", "given")).toEqual([]);
    expect(await find("rhel9", "literal")).toEqual(["ami-fake"]);
  });
});
