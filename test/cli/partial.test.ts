import { expect, test } from "vitest";
import { type Catalogue, openCatalogue } from "../../src/catalogue/file/open-catalogue.ts";
import { insertRun, updateRun } from "../../src/record/runs.ts";
import { sourcesOf } from "../../src/record/sources.ts";
import { commitImages, image, seedBackend } from "../catalogue/seed.ts";
import { createWorkplace, type Workplace } from "./run-imagedex.ts";

const OWN = { key: "ec2 eu-west-1 own", scope: "own" } as const;
const PUBLIC = { key: "ec2 eu-west-1 public", scope: "public" } as const;

test("a search while the first listing runs says how far it is, and ends with 1; --partial shows what there is", async () => {
  using place = await createPlace((catalogue, publicId) => {
    updateRun(catalogue, insertRun(catalogue, publicId, new Date().toISOString()), {
      state: "running",
      listed: 42_000,
    });
  });

  const refused = await place.run(["search", "x", "jammy"]);
  const partial = await place.run(["search", "x", "jammy", "--partial"]);
  const unknown = await place.run(["images", "show", "ami-nowhere"]);
  const stats = await place.run(["stats"]);

  expect([refused.code, refused.stdout]).toEqual([1, ""]);
  expect(refused.stderr).toBe(
    "imagedex: x: not listed yet; the first sync is running: ec2 eu-west-1 public (listing, 42,000 images so far) (--partial shows what there is)\n",
  );
  expect([partial.code, partial.stdout]).toEqual([0, expect.stringContaining("ami-jammy")]);
  expect(partial.stderr).toContain(
    "warning: this answer is partial; missing: ec2 eu-west-1 public (the first listing is not complete)",
  );
  expect([unknown.code, unknown.stdout]).toEqual([1, ""]);
  expect(stats.stdout).toContain("ec2 eu-west-1 public: not listed (42000 images so far)");
});

test("a search of a backend whose public list is refused prints hits with a warning, and never that there is none", async () => {
  using place = await createPlace((catalogue, publicId) => {
    const id = insertRun(catalogue, publicId, new Date().toISOString());
    updateRun(catalogue, id, { state: "failed", error: "no permission", finishedAt: new Date().toISOString() });
    catalogue.sqlite.prepare("UPDATE runs SET code = 'forbidden' WHERE id = ?").run(id);
  });

  const hits = await place.run(["search", "x", "jammy", "--json"]);
  const none = await place.run(["search", "x", "nothing"]);
  const partial = await place.run(["search", "x", "nothing", "--json", "--partial"]);
  const known = await place.run(["images", "show", "ami-jammy"]);
  const unknown = await place.run(["images", "show", "ami-nowhere", "--partial"]);

  const reason = "ec2 eu-west-1 public (permission refused: no permission)";
  const missing = "missing: ec2 eu-west-1 public (permission refused)";
  expect([hits.code, JSON.parse(hits.stdout)]).toMatchObject([0, [{ id: "ami-jammy" }]]);
  expect(hits.stderr).toBe(`warning: this answer is partial; ${missing}\n`);
  expect([none.code, none.stdout]).toEqual([1, ""]);
  expect(none.stderr).toBe(
    `imagedex: x: nothing found in what is listed; missing: ${reason} (--partial shows what there is)\n`,
  );
  expect([partial.code, partial.stdout, partial.stderr]).toEqual([0, "[]\n", expect.stringContaining(missing)]);
  expect([known.code, known.stderr]).toEqual([0, expect.stringContaining(missing)]);
  expect([unknown.code, JSON.parse(unknown.stdout)]).toEqual([0, []]);
});

test("a search of a backend that nobody listed says what to run", async () => {
  using place = createWorkplace();
  using catalogue = openCatalogue(place.database);
  await seedBackend(catalogue, "x", [OWN, PUBLIC]);

  const { code, stderr } = await place.run(["search", "x", "jammy"]);

  expect([code, stderr]).toEqual([1, "imagedex: x is not listed yet; run: imagedex sync x\n"]);
});

/** A workplace with a backend `x` whose own images are listed; its public ones are as `make` has it. */
async function createPlace(make: (catalogue: Catalogue, publicId: number) => void): Promise<Workplace> {
  const place = createWorkplace();
  using catalogue = openCatalogue(place.database);
  const backend = await seedBackend(catalogue, "x", [OWN, PUBLIC]);
  commitImages(catalogue, backend, [image("ami-jammy", { name: "ubuntu-jammy" })]);
  make(catalogue, sourcesOf(catalogue, "x")[1]?.id ?? 0);
  return place;
}
