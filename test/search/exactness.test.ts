import fc from "fast-check";
import { expect, test } from "vitest";
import { type Backend, getBackend } from "../../src/record/backends.ts";
import type { Catalogue } from "../../src/catalogue/file/open-catalogue.ts";
import type { MachineImage } from "../../src/image.ts";
import type { ImageQuery } from "../../src/search/term/image-query.ts";
import { createImageSearch, type ImageSearch } from "../../src/search/answer/search-images.ts";
import { commitImages, image, NOW, openTemporaryCatalogue, seedBackend } from "../catalogue/seed.ts";
import { histories } from "../histories.ts";
import { naiveOrder } from "./naive-order.ts";
import { oracleFacets, oracleFinds, oracleMatches, oracleSorted } from "./oracle.ts";

const PIECES = [
  "ubuntu",
  "jammy",
  "22.04",
  "amd64",
  "arm64",
  "-",
  "/",
  " ",
  "İstanbul",
  "straße",
  "ﬁ",
  "サーバー",
  "%",
  "_",
  "\\",
  "'",
  '"',
  "*",
  "^",
  "20240115",
  "x86_64",
  "a",
  "é",
  "É",
  "ß",
  "😀",
  "\u0001",
  "\uffff",
  "ΣΥΣΤΗΜΑΣ",
  "“",
  "–",
  "\u200b",
  "NEAR",
  "AND",
  "(",
  ":",
];

/** What people call systems and machines, whole, begun and within. */
const SPELLINGS = [
  "aarch64",
  "x64",
  "ubuntu2204",
  "ubuntu-22-04",
  "2204",
  "untu2",
  "redhat",
  "rhel9",
  "win*2022",
  "red*linux",
];

/** Pages of the index are read again and again. */
const NO_MEMORY = { pages: 0, words: 0 };

const text = fc
  .array(
    fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...PIECES) }, fc.string({ unit: "grapheme", maxLength: 4 })),
    { maxLength: 6 },
  )
  .map((parts) => parts.join(""));

const machineImage: fc.Arbitrary<Partial<MachineImage>> = fc.record({
  name: fc.oneof({ weight: 9, arbitrary: text.filter((name) => name !== "") }, fc.constant(null)),
  description: fc.oneof(text, fc.constant(null)),
  ownerId: fc.constantFrom("099720109477", "123456789012", "210987654321"),
  ownerAlias: fc.constantFrom(null, "amazon", "aws-marketplace"),
  platform: fc.constantFrom(null, "windows", "ubuntu"),
  architecture: fc.constantFrom("x86_64", "arm64", "amd64", "aarch64", null),
  createdAt: fc.constantFrom(null, "2026-01-02T03:04:05.000Z", "2025-01-02T03:04:05.000Z"),
  deprecatedAt: fc.constantFrom(null, "2026-06-01T00:00:00.000Z", "2027-06-01T00:00:00.000Z"),
  visibility: fc.constantFrom("public", "private", "shared", "community"),
  extra: fc.record(
    {
      root_device_type: fc.constantFrom("ebs", "instance-store"),
      virtualization_type: fc.constantFrom("hvm", "paravirtual"),
      state: fc.constantFrom("available", "pending", "disabled", "failed"),
      platform_details: fc.constantFrom("Linux/UNIX", "Windows", "Red Hat Enterprise Linux"),
    },
    { requiredKeys: [] },
  ),
  keywords: fc.array(text, { maxLength: 2 }),
});

const catalogueOf = fc
  .array(machineImage, { maxLength: 30 })
  .map((list) => list.map((fields, n) => image(`ami-${n.toString(16).padStart(8, "0")}`, fields)));

/** Terms that find something more often than not: pieces of the images' own texts, mixed with others. */
function termFrom(images: readonly MachineImage[]): fc.Arbitrary<string> {
  const texts = images
    .flatMap(({ id, name, description, keywords }) => [id, name ?? "", description ?? "", ...keywords])
    .filter(Boolean);
  if (texts.length === 0) return text;
  const inner = fc
    .tuple(fc.constantFrom(...texts), fc.nat(20), fc.integer({ min: 1, max: 12 }))
    .map(([from, at, length]) =>
      Array.from(from)
        .slice(at % from.length, (at % from.length) + length)
        .join(""),
    );
  const word = fc.oneof({ weight: 4, arbitrary: inner }, text, fc.constantFrom(...PIECES, ...SPELLINGS));
  const pattern = fc.array(inner, { minLength: 1, maxLength: 3 }).map((pieces) => pieces.join("*").replace(/\s/g, "*"));
  const quoted = fc.oneof(
    { weight: 3, arbitrary: word },
    word.map((phrase) => `"${phrase}"`),
    pattern,
    fc.constantFrom(...images).map(({ id }) => `arn:aws:ec2:eu-west-1::image/${id}`),
    fc.tuple(fc.constantFrom(...images), fc.constantFrom(...images)).map(([a, b]) => `${a.id},x:${b.id}`),
  );
  return fc.oneof(
    { weight: 8, arbitrary: fc.array(quoted, { maxLength: 4 }).map((words) => words.join(" ")) },
    // Thirty words of one image's texts: all of them may be found.
    fc.array(inner, { minLength: 20, maxLength: 30 }).map((words) => words.join(" ")),
    // Longer than any field.
    fc.constantFrom(...texts).map((whole) => `"${whole.repeat(8)}x"`),
  );
}

const maybe = <T>(...values: T[]): fc.Arbitrary<T | undefined> => fc.constantFrom(undefined, undefined, ...values);

const filters: fc.Arbitrary<Omit<ImageQuery, "term" | "match">> = fc.record({
  architecture: maybe<string | string[]>("arm64", "X86_64", "riscv", "AMD64", ["aarch64", "x64"]),
  os: maybe<string | string[]>("rhel", "Windows", ["ubuntu", "rhel"]),
  osVersion: maybe("22.04"),
  osCodename: maybe("Jammy"),
  state: maybe<string | string[]>("available", "failed", ["pending", "disabled"]),
  hidden: maybe("true", "false"),
  owner: maybe("099720109477", "AMAZON", "nobody", "canonical"),
  platform: maybe("Windows", "ubuntu"),
  publisher: maybe("canonical", "Amazon"),
  trust: maybe<ImageQuery["trust"]>("official", "community"),
  rootDeviceType: maybe("ebs", "instance-store"),
  visibility: maybe<string | string[]>("public", "private", ["public", "shared"]),
  virtualizationType: maybe("hvm"),
  family: maybe<string | string[]>("ubuntu-*", ["a*", "*"], "*"),
  without: maybe("ubuntu", "a", "22 arm", "aarch64", '"x86', "*2*"),
  ids: maybe(["ami-00000001", "AMI-00000002", "ami-1"], []),
  sort: maybe<ImageQuery["sort"]>("created", "-created", "name", "-name"),
  createdAfter: maybe("2025-06-01T00:00:00.000Z", "300d"),
  createdBefore: maybe("2026-01-02T03:04:05.000Z", "2030-01-01T00:00:00.000Z"),
  deprecated: maybe(true, false),
  latest: maybe<ImageQuery["latest"]>(true, "line", false),
});

test("finds exactly what the contract says, for any catalogue and term", async () => {
  const cases = catalogueOf.chain((images) =>
    fc.tuple(fc.constant(images), fc.array(termFrom(images), { minLength: 8, maxLength: 8 })),
  );
  await fc.assert(
    fc.asyncProperty(
      cases,
      fc.constantFrom<ImageQuery["match"]>("words", "words", "given", "literal"),
      async ([images, terms], match) => {
        using catalogue = openTemporaryCatalogue();
        const backend = await seedBackend(catalogue, "test");
        commitImages(catalogue, backend, images);
        starSome(catalogue, images);
        const search = createImageSearch(catalogue, () => NOW);
        for (const term of terms) {
          const found = await idsOf(search, { term, match }, getBackend(catalogue, "test"));
          const expected = images.filter((one) => oracleMatches(one, term, match)).map(({ id }) => id);
          expect(found.toSorted(), JSON.stringify({ term, match })).toEqual(expected.toSorted());
          const small = createImageSearch(catalogue, () => NOW, { memory: NO_MEMORY });
          expect(await idsOf(small, { term, match }, getBackend(catalogue, "test")), JSON.stringify(term)).toEqual(
            found,
          );
          expect(found, JSON.stringify(term)).toEqual(
            await naiveOrder(catalogue, getBackend(catalogue, "test"), { term, match }, NOW),
          );
        }
      },
    ),
    histories(25),
  );
});

/** Every third: they stand in front for more than one reason. */
function starSome({ sqlite }: Catalogue, images: readonly MachineImage[]): void {
  const star = sqlite.prepare("INSERT INTO stars (backend_id, image_id, starred_at) VALUES ('test', ?, ?)");
  sqlite.transaction(() => {
    for (const [at, { id }] of images.entries()) if (at % 3 === 0) star.run(id, NOW);
  })();
}

async function idsOf(search: ImageSearch, query: ImageQuery, backend: Backend): Promise<string[]> {
  const whole = { limit: 10_000, offset: 0 };
  const { total, body } = await search.page([backend], query, whole);
  // Worked out anew with words that were looked up.
  search.forget({ keepWords: true });
  expect(await search.page([backend], query, whole)).toEqual({ total, body });
  const ids = JSON.parse(body.toString()).map(({ id }: { id: string }) => id);
  expect(total).toBe(ids.length);
  const third = Math.ceil(total / 3);
  const middle = await search.page([backend], query, { limit: third, offset: third });
  expect(JSON.parse(middle.body.toString()).map(({ id }: { id: string }) => id)).toEqual(ids.slice(third, 2 * third));
  const pieces = [...(await search.stream([backend], query))].flatMap((piece) => piece ?? []);
  expect(JSON.parse(Buffer.concat(pieces).toString()).map(({ id }: { id: string }) => id)).toEqual(ids);
  return ids;
}

test("narrows exactly by any filters", async () => {
  const cases = catalogueOf.chain((images) =>
    fc.tuple(
      fc.constant(images),
      fc.array(fc.tuple(fc.oneof(fc.constant(""), termFrom(images)), filters), { minLength: 8, maxLength: 8 }),
    ),
  );
  await fc.assert(
    fc.asyncProperty(cases, async ([images, queries]) => {
      using catalogue = openTemporaryCatalogue();
      const backend = await seedBackend(catalogue, "test");
      commitImages(catalogue, backend, images);
      starSome(catalogue, images);
      const search = createImageSearch(catalogue, () => NOW);
      const small = createImageSearch(catalogue, () => NOW, { memory: NO_MEMORY });
      for (const [term, given] of queries) {
        const query: ImageQuery = { term, match: "words", ...given };
        const found = await idsOf(search, query, getBackend(catalogue, "test"));
        const expected = oracleFinds(images, query, NOW).map(({ id }) => id);
        expect(found.toSorted(), JSON.stringify(query)).toEqual(expected.toSorted());
        const sorted = oracleSorted(oracleFinds(images, query, NOW), query.sort ?? "name").map(({ id }) => id);
        expect(query.sort ? found : sorted, JSON.stringify(query)).toEqual(sorted);
        expect(await idsOf(small, query, getBackend(catalogue, "test")), JSON.stringify(query)).toEqual(found);
        const facets = await search.facets([getBackend(catalogue, "test")], query);
        expect(facets, JSON.stringify(query)).toEqual(oracleFacets(images, query, NOW));
      }
    }),
    histories(25),
  );
});

test.each([30, 2, 1])(
  "a word that is only begun finds each image in its place: one of %i is of another kind",
  async (every) => {
    using catalogue = openTemporaryCatalogue();
    const backend = await seedBackend(catalogue, "test");
    const names = ["ubuntu server", "my-xubuntu", "ubu", "kernel for ubuntu"];
    const images = Array.from({ length: 400 }, (_, n) =>
      image(`ami-${n}`, {
        name: `${n % every === 0 ? names[n % names.length] : "ubuntu server"} ${n}`,
        description: n % 7 === 0 ? "ubuntu" : null,
      }),
    );
    commitImages(catalogue, backend, images);
    const search = createImageSearch(catalogue, () => NOW);

    for (const term of ["ubu", "ubun", "serv", "ubun serv", "kern"]) {
      const query: ImageQuery = { term, match: "words" };
      expect(await idsOf(search, query, backend), term).toEqual(await naiveOrder(catalogue, backend, query, NOW));
    }
  },
);
