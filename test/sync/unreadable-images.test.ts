import { expect, test } from "vitest";
import { lastWarning } from "../../src/record/runs.ts";
import type { MachineImage } from "../../src/image.ts";
import type { RejectedItem } from "../../src/providers/provider.ts";
import { image } from "../catalogue/seed.ts";
import { openScriptedCloud } from "./scripted-cloud.ts";

const IMAGES = Array.from({ length: 20 }, (_, n) => image(idOf(n)));
const ODD = "min_disk_size: expected number, received string";

test("images that came but could not be read stay as they were, and the run and the backend warn", async () => {
  using cloud = await openScriptedCloud();
  await cloud.sync([{ images: IMAGES }]);

  const outcome = await cloud.sync([{ images: IMAGES.slice(4), rejected: unreadable(0, 1, 2, 3) }]);

  expect(outcome).toMatchObject({ outcome: "complete", listed: 16, retired: 0, changed: 0 });
  expect(cloud.ids()).toHaveLength(20);
  expect(cloud.journal()).toEqual([]);
  const warning = `4 of 20 images could not be read (for example ami-00: ${ODD}); those in the catalogue stay as they were`;
  expect(cloud.lastRun()).toMatchObject({ rejected: 4, warning });
  expect(lastWarning(cloud.catalogue, cloud.source().id)).toBe(warning);
});

test("an unreadable image neither hides that others are gone, nor brings back one that was", async () => {
  using cloud = await openScriptedCloud();
  await cloud.sync([{ images: IMAGES }]);
  await cloud.sync([{ images: IMAGES.slice(0, 19) }]);

  await cloud.sync([{ images: IMAGES.slice(0, 17), rejected: unreadable(18, 19) }]);

  expect(cloud.ids()).toEqual(
    IMAGES.slice(0, 19)
      .map(({ id }) => id)
      .filter((id) => id !== idOf(17)),
  );
});

test("an image that is read on one page and not on another is listed", async () => {
  using cloud = await openScriptedCloud();

  await cloud.sync([{ images: IMAGES.slice(0, 2), rejected: unreadable(0, 1) }, { rejected: unreadable(0, 1) }]);

  expect(cloud.lastRun()).toMatchObject({ state: "complete", listed: 2, warning: null });
});

test("an unreadable image without an id may be any: nothing is retired, what came is taken", async () => {
  using cloud = await openScriptedCloud();
  await cloud.sync([{ images: IMAGES }]);
  const rejected = [{ reason: "id: expected string", item: {} }];

  const outcome = await cloud.sync([{ images: [...IMAGES.slice(10), image("ami-new")], rejected }]);

  expect(outcome).toMatchObject({ outcome: "complete", added: 1, retired: 0 });
  expect(cloud.lastRun().warning).toMatch(
    /^1 of 12 images .*; 1 of them without an id, so this listing retires no image$/,
  );
  expect(await cloud.sync([{ images: IMAGES.slice(1), rejected: [] }])).toMatchObject({ retired: 2 });
});

test.each<[string, readonly MachineImage[], number, boolean]>([
  ["a first listing of which nothing", [], 13, false],
  ["a listing of which most", IMAGES.slice(0, 9), 11, true],
])("%s could be read is refused", async (_, images, count, hadBefore) => {
  using cloud = await openScriptedCloud();
  if (hadBefore) await cloud.sync([{ images: IMAGES }]);
  const before = cloud.source();

  const rejected = unreadable(...Array.from({ length: count }, (__, n) => images.length + n));
  const outcome = await cloud.sync([{ images, rejected }]);

  expect(outcome).toMatchObject({ outcome: "refused", code: "unreadable" });
  expect(cloud.lastRun()).toMatchObject({ state: "refused", code: "unreadable" });
  expect(cloud.lastRun().error).toMatch(/(none of the 13|only 9 of 20) images could be read$/);
  expect(cloud.source()).toEqual(before);
});

test("a probe keeps what it could read, though most could not be", async () => {
  using cloud = await openScriptedCloud();
  await cloud.sync([{ images: IMAGES }]);

  const outcome = await cloud.sync([{ rejected: unreadable(1) }], { kind: "probe" });

  expect(outcome).toMatchObject({ outcome: "complete" });
  expect(cloud.lastRun().warning).toMatch(/^1 of 1 images could not be read/);
});

test("a find of which nothing could be read is refused: that is not nothing", async () => {
  using cloud = await openScriptedCloud();
  await cloud.sync([{ images: IMAGES }]);

  expect(await cloud.sync([{ rejected: unreadable(1) }], { kind: "find" })).toMatchObject({ code: "unreadable" });
});

test("a listing that lacked images is made again, though the cloud says that nothing changed", async () => {
  using cloud = await openScriptedCloud();
  await cloud.sync([{ images: IMAGES.slice(1), rejected: unreadable(0), version: "v1" }], { isStill: true });

  await cloud.sync([{ images: IMAGES, version: "v1" }], { isStill: true });
  const whole = cloud.ids();
  await cloud.sync([], { isStill: true });

  expect(whole).toHaveLength(20);
  expect(cloud.lastRun()).toMatchObject({ state: "complete", listed: 20, upstreamCalls: 1 });
});

function idOf(n: number): string {
  return `ami-${String(n).padStart(2, "0")}`;
}

function unreadable(...numbers: number[]): RejectedItem[] {
  return numbers.map((n) => ({ id: idOf(n), reason: ODD, item: {} }));
}
