import { expect, test } from "vitest";
import { openCatalogue } from "../../src/catalogue/file/open-catalogue.ts";
import { commitImages, image, seedBackend } from "../catalogue/seed.ts";
import { createWorkplace } from "./run-imagedex.ts";

const SECRETS = { IMAGEDEX_SECRET_KEY: "a passphrase of the tests, long enough to be one" };

test("an image that two sources of a backend hold is one image, whichever command counts it", async () => {
  using place = createWorkplace();
  {
    using catalogue = openCatalogue(place.database);
    const backend = await seedBackend(catalogue, "one", [
      { key: "ec2 own one", scope: "own" },
      { key: "ec2 eu-west-1 public", scope: "public" },
    ]);
    commitImages(catalogue, backend, [image("ami-1"), image("ami-2")], { at: 0 });
    commitImages(catalogue, backend, [image("ami-2"), image("ami-3"), image("ami-4")], { at: 1 });
    // Its cloud is not asked.
    catalogue.sqlite.exec("UPDATE backends SET enabled = 0");
  }

  const [backends, stats, doctor] = [
    await place.run(["backends", "list", "--json"], SECRETS),
    await place.run(["stats", "--json"], SECRETS),
    await place.run(["doctor", "--json"], SECRETS),
  ];

  expect(JSON.parse(backends.stdout)).toMatchObject([{ id: "one", image_count: 4 }]);
  const { images, sources } = JSON.parse(stats.stdout);
  expect([images, sources.map(({ image_count }: { image_count: number }) => image_count)]).toEqual([4, [2, 3]]);
  const findings: { check: string; detail: string }[] = JSON.parse(doctor.stdout);
  expect(findings.find(({ check }) => check === "database")?.detail).toMatch(/: 4 images, /);
});
