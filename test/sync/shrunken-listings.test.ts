import { describe, expect, test } from "vitest";
import { sourcesOf } from "../../src/record/sources.ts";
import { ProviderError } from "../../src/errors.ts";
import type { MachineImage } from "../../src/image.ts";
import { image, seedBackend } from "../catalogue/seed.ts";
import { minute, openScriptedCloud, type ScriptedCloud } from "./scripted-cloud.ts";

const IMAGES = Array.from({ length: 20 }, (_, n) => image(`ami-${String(n).padStart(2, "0")}`));
const HALF = IMAGES.slice(0, 10);

describe("a listing that stays small", () => {
  test("is believed after half an hour, with a warning", async () => {
    using cloud = await openFull();

    expect(
      await outcomes(cloud, [
        [HALF, 1],
        [HALF, 2],
        [HALF, 4],
        [HALF, 31],
      ]),
    ).toEqual(["refused", "refused", "refused", "complete"]);

    expect(cloud.ids()).toEqual(idsOf(HALF));
    expect(cloud.lastRun()).toMatchObject({
      retired: 10,
      warning: `far fewer images than before, accepted after 4 such listings since ${minute(1)}: 10 retired`,
    });
    expect(cloud.source()).toMatchObject({ shrunkListings: 0, shrunkSince: null });
    expect(absent(cloud)).toBe(0);
  });

  test("retires only what none of the refused listings had", async () => {
    using cloud = await openFull();
    const [other, another] = [IMAGES.slice(2, 12), IMAGES.slice(4, 14)];

    await outcomes(cloud, [
      [HALF, 1],
      [other, 10],
      [another, 40],
    ]);

    // The first ten of the first listing, two more of the second and of the third.
    expect(cloud.ids()).toEqual(idsOf(IMAGES.slice(0, 14)));
    expect(cloud.lastRun()).toMatchObject({ state: "complete", retired: 6 });
    expect(cloud.lastRun().warning).toMatch(/: 6 retired, 4 kept because one of these listings had them$/);
  });

  test("is refused anew after a listing that was whole", async () => {
    using cloud = await openFull();

    const ended = await outcomes(cloud, [
      [HALF, 1],
      [HALF, 20],
      [IMAGES, 31],
      [HALF, 40],
      [HALF, 71],
      [HALF, 72],
    ]);

    expect(ended).toEqual(["refused", "refused", "complete", "refused", "refused", "complete"]);
  });

  test("is neither nearer to be believed nor farther after a failure or an empty listing", async () => {
    using cloud = await openFull();
    const failure = new ProviderError("no", { provider: "ec2", scope: "test", reason: "unreachable" });

    await cloud.sync([{ images: HALF }], { minute: 1 });
    await cloud.sync([{ images: HALF }], { minute: 10, failure });
    expect(await cloud.sync([], { minute: 35 })).toMatchObject({ outcome: "refused", code: "emptied" });
    expect(cloud.source()).toMatchObject({ shrunkListings: 1, shrunkSince: minute(1) });

    expect(
      await outcomes(cloud, [
        [HALF, 36],
        [HALF, 37],
      ]),
    ).toEqual(["refused", "complete"]);
  });

  test("keeps an image that a probe saw meanwhile", async () => {
    using cloud = await openFull();
    await outcomes(cloud, [
      [HALF, 1],
      [HALF, 2],
    ]);

    await cloud.sync([{ images: [image("ami-15", { description: "new" }), ...IMAGES.slice(16, 17)] }], {
      kind: "probe",
      minute: 20,
    });

    expect(await outcomes(cloud, [[HALF, 31]])).toEqual(["complete"]);
    expect(cloud.ids()).toEqual([...idsOf(HALF), "ami-15", "ami-16"]);
  });

  test("is remembered beside what a source that is being removed left", async () => {
    using cloud = await openFull();
    const other = await seedBackend(cloud.catalogue, "other");
    const left = sourcesOf(cloud.catalogue, other.id)[0]?.id;
    cloud.catalogue.sqlite.prepare("INSERT INTO absent_images SELECT id, ? FROM images").run(left);

    expect(await outcomes(cloud, [[HALF, 1]])).toEqual(["refused"]);

    expect(cloud.lastRun()).toMatchObject({ code: "shrunken" });
  });

  test("is accepted at once when a person says so, and retires all that is missing", async () => {
    using cloud = await openFull();
    await cloud.sync([{ images: IMAGES.slice(10) }], { minute: 1 });

    await cloud.sync([{ images: HALF }], { minute: 2, acceptShrink: true });

    expect(cloud.ids()).toEqual(idsOf(HALF));
    expect(absent(cloud)).toBe(0);
  });
});

test("times are those of the commit's end, not of its start", async () => {
  using cloud = await openScriptedCloud();
  let minutes = 0;

  await cloud.sync([{ images: IMAGES }], { now: () => minute(minutes++) });

  const last = minute(minutes - 1);
  const run = cloud.lastRun();
  const [at] = cloud.catalogue.sqlite.prepare<[], string>("SELECT DISTINCT first_seen FROM images").pluck().all();
  expect(cloud.source()).toMatchObject({ syncedAt: run.finishedAt, changedAt: run.finishedAt });
  expect(String(run.finishedAt) > String(at)).toBe(true);
  expect(String(run.finishedAt) <= last).toBe(true);
});

async function openFull(): Promise<ScriptedCloud> {
  const cloud = await openScriptedCloud();
  await cloud.sync([{ images: IMAGES }]);
  return cloud;
}

async function outcomes(
  cloud: ScriptedCloud,
  listings: readonly (readonly [images: readonly MachineImage[], minute: number])[],
): Promise<string[]> {
  const ended: string[] = [];
  for (const [images, at] of listings) ended.push((await cloud.sync([{ images }], { minute: at })).outcome);
  return ended;
}

function absent({ catalogue }: ScriptedCloud): number {
  return catalogue.sqlite.prepare<[], number>("SELECT count(*) FROM absent_images").pluck().get() ?? -1;
}

function idsOf(images: readonly MachineImage[]): string[] {
  return images.map(({ id }) => id);
}
