import { expect, test } from "vitest";
import { z } from "zod";
import type { JsonValue, MachineImage } from "../../src/image.ts";
import { readItems } from "../../src/providers/transport/reading/read-items.ts";
import { image } from "../catalogue/seed.ts";
import { openScriptedCloud, type ScriptedCloud } from "./scripted-cloud.ts";

const MIB = 1024 * 1024;
const OTHERS = [image("ami-a"), image("ami-b")];

test.each<[string, Partial<MachineImage>]>([
  ["description", { description: "x".repeat(MIB) }],
  ["tags", { keywords: Array.from({ length: 1024 }, () => "k".repeat(1024)) }],
  ["extra", { extra: { user_data: "x".repeat(MIB) } }],
  ["names in extra", { extra: { ["n".repeat(MIB)]: 1 } }],
  ["text of three bytes a character", { description: "あ".repeat(MIB / 3) }],
  ["lists in lists", { extra: { deep: nested(5_000) } }],
])("an image with over 1 MiB of %s stays as it was, with a warning", async (_, large) => {
  using cloud = await openScriptedCloud();
  await cloud.sync([{ images: [image("ami-1", { description: "as it was" }), ...OTHERS] }]);
  const before = rowOf(cloud, "ami-1");

  const outcome = await cloud.sync([{ images: [image("ami-1", large), ...OTHERS] }]);

  expect(outcome).toMatchObject({ outcome: "complete", listed: 3, changed: 0, retired: 0 });
  expect(rowOf(cloud, "ami-1")).toEqual(before);
  expect(cloud.lastRun().warning).toMatch(/^larger than 1 MiB: 1 images; known ones stay as they were/);
});

test("a new one is kept with id, name and what it is; with less it is whole again", async () => {
  using cloud = await openScriptedCloud();
  const large = image("ami-1", {
    name: "n".repeat(2 * MIB),
    architecture: "arm64",
    keywords: ["tag"],
    extra: { a: 1 },
  });
  await cloud.sync([{ images: [large, ...OTHERS] }]);

  expect(rowOf(cloud, "ami-1")).toMatchObject({
    name: "n".repeat(1024),
    architecture: "arm64",
    keywords: "[]",
    extra: "{}",
  });
  expect(await cloud.sync([{ images: [large, ...OTHERS] }])).toMatchObject({ changed: 0, listed: 3 });

  expect(await cloud.sync([{ images: [{ ...large, name: "short" }, ...OTHERS] }])).toMatchObject({ changed: 1 });
  expect(rowOf(cloud, "ami-1")).toMatchObject({ name: "short", keywords: '["tag"]', extra: '{"a":1}' });
  expect(cloud.lastRun().warning).toBeNull();
});

test("an id of more than 1,024 characters is one unreadable image, and the others are listed", async () => {
  using cloud = await openScriptedCloud();
  const longest = image("i".repeat(1024));
  await cloud.sync([{ images: [longest, ...OTHERS, image("ami-gone")] }]);

  const outcome = await cloud.sync([{ images: [longest, image("i".repeat(1025)), image("j".repeat(MIB)), ...OTHERS] }]);

  expect(outcome).toMatchObject({ outcome: "complete", listed: 3, changed: 0, retired: 1 });
  expect(cloud.lastRun().warning).toMatch(/^2 of 5 images could not be read \(for example i+/);
  expect(cloud.lastRun().warning?.length).toBeLessThan(1_000);
});

test("of long texts the start is kept and searched, and the run says so", async () => {
  using cloud = await openScriptedCloud();
  const images = [image("ami-1", { description: `first ${"x".repeat(40_000)}`, keywords: ["tag"] }), ...OTHERS];

  await cloud.sync([{ images }]);

  expect(rowOf(cloud, "ami-1")).toMatchObject({ description: `first ${"x".repeat(32 * 1024 - 6)}`, keywords: "[]" });
  expect(cloud.lastRun().warning).toMatch(/^texts of more than 32 KiB .* were cut: 1 images$/);
  expect(await cloud.sync([{ images }])).toMatchObject({ changed: 0 });
});

test("a page of images of a megabyte each is committed in seconds", { timeout: 120_000 }, async () => {
  using cloud = await openScriptedCloud();
  const text = Array.from({ length: 100_000 }, (_, n) => (n * 7919).toString(36))
    .join(" ")
    .slice(0, MIB - 2_000);
  const images = Array.from({ length: 55 }, (_, n) => image(`ami-${n}`, { description: `${n} ${text}` }));
  const startedAt = performance.now();

  expect(await cloud.sync([{ images }])).toMatchObject({ outcome: "complete", added: 55 });

  expect(performance.now() - startedAt).toBeLessThan(20_000);
});

test("what no stack can read is one odd image, not the end of its page", () => {
  const schema = z.object({ id: z.string(), deep: z.json() }).transform(({ id }) => image(id));

  const { images, rejected } = readItems(schema, [
    { id: "deep", deep: nested(200_000) },
    { id: "flat", deep: 1 },
  ]);

  expect(images.map(({ id }) => id)).toEqual(["flat"]);
  expect(rejected).toMatchObject([{ id: "deep", reason: "it is nested too deeply" }]);
});

function nested(levels: number): JsonValue {
  let value: JsonValue = ['"\\'];
  for (let level = 0; level < levels; level++) value = [value];
  return value;
}

function rowOf({ catalogue }: ScriptedCloud, id: string): unknown {
  return catalogue.sqlite.prepare("SELECT * FROM images WHERE image_id = ?").get(id);
}
