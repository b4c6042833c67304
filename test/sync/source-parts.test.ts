import { describe, expect, test } from "vitest";
import { partsOutOfReach } from "../../src/catalogue/listing/source-parts.ts";
import type { MachineImage } from "../../src/image.ts";
import type { FailedPart } from "../../src/providers/provider.ts";
import { readStatus } from "../../src/http/answering/catalogue-state.ts";
import { image } from "../catalogue/seed.ts";
import { minute, openScriptedCloud, type ScriptedCloud, type ScriptedPage } from "./scripted-cloud.ts";

const [A, B, C] = ["a", "b", "c"].map((name) => Array.from({ length: 6 }, (_, n) => image(`${name}-${n}`))) as [
  MachineImage[],
  MachineImage[],
  MachineImage[],
];
const ALL = [page("a", A), page("b", B), page("c", C)];

describe("a part that is out of reach", () => {
  test("keeps its images while the others are brought up to date", async () => {
    using cloud = await openScriptedCloud();
    await cloud.sync(ALL);

    const outcome = await cloud.sync([page("a", A.slice(1)), { failedParts: [failed("b")] }, page("c", C)], {
      minute: 5,
    });

    expect(outcome).toMatchObject({ outcome: "complete", listed: 11, retired: 1 });
    expect(cloud.ids()).toEqual(idsOf([...A.slice(1), ...B, ...C]));
    expect(cloud.journal()).toEqual(["retired a-0"]);
    expect(cloud.lastRun().warning).toBe("not listed, their images stay as they were: node b is off");
    expect(outOfReach(cloud)).toEqual([
      { part: "b", listedAt: minute(0), code: "unreachable", error: "node b is off", sourceId: 1 },
    ]);
    expect(status(cloud)).toMatchObject({ state: "stale", syncedAt: minute(0) });
  });

  test("is as all others when it is back", async () => {
    using cloud = await openScriptedCloud();
    await cloud.sync(ALL);
    await cloud.sync([page("a", A), { failedParts: [failed("b")] }, page("c", C)], { minute: 5 });

    await cloud.sync([page("a", A), page("b", B.slice(1)), page("c", C)], { minute: 6 });

    expect(cloud.ids()).toEqual(idsOf([...A, ...B.slice(1), ...C]));
    expect(outOfReach(cloud)).toEqual([]);
    expect(status(cloud)).toMatchObject({ state: "complete", syncedAt: minute(6) });
  });

  test("makes answers partial when it was never listed", async () => {
    using cloud = await openScriptedCloud();

    await cloud.sync([page("a", A), { failedParts: [failed("b")] }]);

    expect(status(cloud).state).toBe("partial");
    expect(outOfReach(cloud)).toMatchObject([{ part: "b", listedAt: null }]);
  });

  test("may fail after pages of it came: what came is taken, the rest stays", async () => {
    using cloud = await openScriptedCloud();
    await cloud.sync(ALL);
    const changed = { ...B[0]!, description: "new" };

    await cloud.sync([page("a", A), page("b", [changed]), { failedParts: [failed("b")] }, page("c", C)], {
      minute: 5,
    });

    expect(cloud.journal()).toEqual(["changed b-0"]);
    expect(cloud.ids()).toHaveLength(18);
    expect(outOfReach(cloud)).toMatchObject([{ part: "b", listedAt: minute(0) }]);
  });

  test("is no reason to refuse the others, nor does it hide that they shrank", async () => {
    using cloud = await openScriptedCloud();
    await cloud.sync(ALL);

    const shrunken = await cloud.sync([page("a", A.slice(3)), { failedParts: [failed("b"), failed("c")] }]);
    const fine = await cloud.sync([page("a", A), { failedParts: [failed("b"), failed("c")] }]);

    expect(shrunken).toMatchObject({
      outcome: "refused",
      reason: expect.stringContaining(
        "3 images where the catalogue has 6, not counting 12 that it could not reach, (50 % fewer",
      ),
    });
    expect(fine).toMatchObject({ outcome: "complete", retired: 0 });
  });

  test("also keeps rows of which no part was noted", async () => {
    using cloud = await openScriptedCloud();
    await cloud.sync([{ images: [...A, ...B] }]);

    const outcome = await cloud.sync([page("a", A), { failedParts: [failed("b")] }]);

    expect(outcome).toMatchObject({ outcome: "complete", retired: 0 });
    expect(cloud.ids()).toEqual(idsOf([...A, ...B]));
  });

  test("is named with others, of which not all are", async () => {
    using cloud = await openScriptedCloud();
    const nodes = Array.from({ length: 8 }, (_, n) => failed(`n${n}`));

    await cloud.sync([page("a", A), { failedParts: nodes }]);

    expect(cloud.lastRun().warning).toMatch(/node n0 is off; node n1 is off; .*; node n4 is off; and 3 more$/);
  });
});

test("a forbidden part is outside the view, and a warning says so", async () => {
  using cloud = await openScriptedCloud();
  await cloud.sync([...ALL, page("secret/app", [image("d-0")])]);
  const denied = { part: "secret/app", reason: "forbidden", message: "answered 403" } as const;

  await cloud.sync([...ALL, { failedParts: [denied] }]);

  expect(cloud.ids()).toEqual(idsOf([...A, ...B, ...C]));
  expect(cloud.lastRun().warning).toBe("no permission, so left out: secret/app: answered 403");
  expect(outOfReach(cloud)).toEqual([]);
  expect(status(cloud).state).toBe("complete");
});

test("that large parts are forbidden is refused, as any sharp shrinking", async () => {
  using cloud = await openScriptedCloud();
  await cloud.sync(ALL);

  const outcome = await cloud.sync([
    page("a", A),
    page("b", B),
    { failedParts: [{ ...failed("c"), reason: "forbidden" }] },
  ]);

  expect(outcome).toMatchObject({ outcome: "refused", code: "shrunken" });
  expect(cloud.ids()).toHaveLength(18);
});

test("a part that is gone takes its images along", async () => {
  using cloud = await openScriptedCloud();
  await cloud.sync([...ALL, page("d", [image("d-0")])]);

  await cloud.sync(ALL);

  expect(cloud.ids()).toEqual(idsOf([...A, ...B, ...C]));
  expect(partNames(cloud)).toEqual(["a", "b", "c"]);
});

test("a part without images is one that was listed", async () => {
  using cloud = await openScriptedCloud();

  await cloud.sync([page("a", A), page("b", [])]);

  expect(partNames(cloud)).toEqual(["a", "b"]);
});

test("an image that moves to another part is no news, and goes with that part from then on", async () => {
  using cloud = await openScriptedCloud();
  await cloud.sync(ALL);

  await cloud.sync([page("a", A.slice(1)), page("b", [...B, A[0]!]), page("c", C)]);
  await cloud.sync([page("a", A.slice(1)), { failedParts: [failed("b")] }, page("c", C)]);

  expect(cloud.journal()).toEqual([]);
  expect(cloud.ids()).toHaveLength(18);
});

test("a listing of which no part could be listed has failed, for the reason of its parts", async () => {
  using cloud = await openScriptedCloud();
  await cloud.sync(ALL);
  const before = cloud.source();

  const none = await cloud.sync([{ failedParts: [{ ...failed("a"), reason: "forbidden" }, failed("b")] }], {
    minute: 5,
  });
  const forbidden = await cloud.sync([{ failedParts: [{ ...failed("a"), reason: "forbidden" }] }], { minute: 6 });

  expect(none).toEqual({
    outcome: "failed",
    code: "unreachable",
    reason: "ec2 test public: no part could be listed: node a is off; node b is off",
  });
  expect(forbidden).toMatchObject({ outcome: "failed", code: "forbidden" });
  expect(cloud.source()).toEqual(before);
});

test("when the cloud says that nothing changed, its parts are as fresh as the whole", async () => {
  using cloud = await openScriptedCloud();
  await cloud.sync([page("a", A), { ...page("b", B), version: "v1" }], { isStill: true });

  await cloud.sync([], { isStill: true, minute: 9 });

  const listedAt = cloud.catalogue.sqlite.prepare("SELECT DISTINCT listed_at FROM source_parts").pluck().all();
  expect(listedAt).toEqual([minute(9)]);
});

test("a part out of reach is asked for again, though the cloud says that nothing changed", async () => {
  using cloud = await openScriptedCloud();
  await cloud.sync([page("a", A), { failedParts: [failed("b")], version: "v1" }], { isStill: true });

  await cloud.sync([page("a", A), page("b", B)], { isStill: true });

  expect(cloud.ids()).toEqual(idsOf([...A, ...B]));
});

function page(part: string, images: readonly MachineImage[]): ScriptedPage {
  return { part, images };
}

function failed(part: string): FailedPart {
  return { part, reason: "unreachable", message: `node ${part} is off` };
}

function idsOf(images: readonly MachineImage[]): string[] {
  return images.map(({ id }) => id).toSorted();
}

function outOfReach({ catalogue, source }: ScriptedCloud): unknown {
  return partsOutOfReach(catalogue, [source().id]);
}

function partNames({ catalogue }: ScriptedCloud): unknown {
  return catalogue.sqlite.prepare("SELECT part FROM source_parts ORDER BY part").pluck().all();
}

function status({ catalogue, backend }: ScriptedCloud): ReturnType<typeof readStatus> {
  return readStatus(catalogue, [backend]);
}
