import type { Catalogue } from "../../catalogue/file/open-catalogue.ts";
import {
  type Bits,
  bitsOf,
  clearBit,
  countBits,
  createBits,
  hasBit,
  intersect,
  setBit,
  subtract,
} from "../../catalogue/index/bits.ts";
import { begunWith } from "../../catalogue/index/find-tokens.ts";
import { ageOfKey, shownValue, timeOf, valuePrefix } from "../../catalogue/index/indexed-image.ts";
import { eachIn } from "../../catalogue/index/posting-lists.ts";
import { type CandidateRow, readTie } from "../../catalogue/read/read-candidates.ts";
import { newestFamily } from "../../catalogue/listing/families.ts";
import { isLaunchable } from "../../catalogue/read/launchable.ts";
import { compareNewestFirst } from "../../version-order.ts";
import type { SegmentFinds } from "../find/find-in-segment.ts";
import { documentsWith } from "./withdrawn.ts";

/*
 * `latest=true` and `latest=line`: of each family, or each line, the newest build that can be launched among the images that pass
 * all else of a query. Where the newest of all does not pass, one before it is the newest.
 */

/** The fields that tell which of two builds is newer. */
interface RankedBuild {
  /** Milliseconds; null where any build of the family has no time. */
  readonly ordered: number | null;
  readonly name: string;
  readonly imageId: string;
}

/** By time, then by name; by name alone where one of the builds has no time. */
function newestOf<B>(candidates: readonly B[], buildOf: (candidate: B) => RankedBuild): B | undefined {
  const builds = candidates.map((candidate) => ({ candidate, ...buildOf(candidate) }));
  const isDated = builds.every(({ ordered }) => ordered !== null);
  const [newest] = builds.toSorted(
    (a, b) =>
      (isDated ? (b.ordered ?? 0) - (a.ordered ?? 0) : 0) ||
      compareNewestFirst(a.name, b.name) ||
      (a.imageId < b.imageId ? -1 : 1),
  );
  return newest?.candidate;
}

/** The same among rows. */
export function newestRows(rows: readonly CandidateRow[], by: "family" | "line"): Set<CandidateRow> {
  const builds = rows.filter(({ familyId, state }) => familyId !== null && isLaunchable(state));
  const groups = Map.groupBy(builds, ({ familyId, line }) => (by === "line" && line !== null ? line : familyId));
  const buildOf = ({ orderedAt, ...row }: CandidateRow): RankedBuild => ({ ...row, ordered: timeOf(orderedAt) });
  return new Set([...groups.values()].flatMap((group) => newestOf(group, buildOf) ?? []));
}

/** Removes from the matches of one backend's sources all but the newest of each family or line. */
export function keepNewest(
  catalogue: Catalogue,
  sources: readonly (readonly SegmentFinds[])[],
  by: "family" | "line",
): void {
  for (const segments of sources) keepNewestOfFamilies(catalogue, segments);
  if (sources.length > 1) keepNewestOfSources(catalogue, sources);
  if (by === "line") keepNewestOfLines(catalogue, sources.flat());
}

/** A document that matches. */
interface Candidate {
  readonly finds: SegmentFinds;
  readonly doc: number;
}

function drop({ finds, doc }: Candidate): void {
  clearBit(finds.found, doc);
}

/**
 * The newest build of a family in its source is known beforehand. If it matches, it is the one to keep; else the others are
 * compared.
 */
function keepNewestOfFamilies(catalogue: Catalogue, segments: readonly SegmentFinds[]): void {
  const others: { readonly finds: SegmentFinds; readonly docs: Bits }[] = [];
  let missing = 0;
  for (const finds of segments) {
    const { segment, living } = finds.open;
    const launchable = intersect(finds.found, documentsWith(segment, "state", ["available"]));
    const newest = intersect(documentsWith(segment, "latest", ["true"]), living);
    const older = subtract(launchable.slice(), newest);
    missing += countBits(newest);
    intersect(finds.found, newest);
    missing -= countBits(finds.found);
    if (older.some((element) => element !== 0)) others.push({ finds, docs: older });
  }
  if (missing === 0 || others.length === 0) return;
  const settled = createBits(newestFamily(catalogue) + 1);
  for (const { found, open } of segments)
    for (const doc of bitsOf(found)) setBit(settled, open.segment.families.at(doc));
  const best = new Map<number, Candidate>();
  for (const { finds, docs } of others) {
    const { families } = finds.open.segment;
    for (const doc of bitsOf(docs)) {
      const family = families.at(doc);
      if (family === 0 || hasBit(settled, family)) continue;
      const [one, other] = [{ finds, doc }, best.get(family)];
      if (!other || isNewer(catalogue, one, other)) best.set(family, one);
    }
  }
  for (const { finds, doc } of best.values()) setBit(finds.found, doc);
}

/** Of builds of one family. */
function isNewer(catalogue: Catalogue, a: Candidate, b: Candidate): boolean {
  const [one, other] = [a, b].map(({ finds, doc }) => finds.open.segment.keys.at(doc));
  const age = ageOfKey(one ?? 0) - ageOfKey(other ?? 0);
  if (age !== 0) return age > 0;
  // Within one segment, documents with equal keys are in order.
  if (a.finds === b.finds && one === other) return a.doc < b.doc;
  return newestOf([b, a], (candidate) => readBuild(catalogue, candidate)) === a;
}

function readBuild(catalogue: Catalogue, { finds, doc }: Candidate): RankedBuild {
  const { keys, rows } = finds.open.segment;
  return { ...readTie(catalogue, rows.at(doc)), ordered: ageOfKey(keys.at(doc)) || null };
}

/** A family that several sources have builds of has one newest in each by now. Most are of one source. */
function keepNewestOfSources(catalogue: Catalogue, sources: readonly (readonly SegmentFinds[])[]): void {
  const sized = sources.map((segments) => ({
    segments,
    size: segments.reduce((sum, { found }) => sum + countBits(found), 0),
  }));
  const [largest, ...others] = sized.toSorted((a, b) => b.size - a.size);
  const best = new Map<number, Candidate>();
  const settle = (finds: SegmentFinds, doc: number, isKept: boolean): void => {
    const family = finds.open.segment.families.at(doc);
    const [one, other] = [{ finds, doc }, best.get(family)];
    const isBest = !other || isNewer(catalogue, one, other);
    if (!isBest) drop(one);
    else if (other) drop(other);
    if (isBest && (isKept || other)) best.set(family, one);
  };
  for (const { segments } of others)
    for (const finds of segments) for (const doc of bitsOf(finds.found)) settle(finds, doc, true);
  if (best.size === 0) return;
  for (const finds of largest?.segments ?? []) for (const doc of bitsOf(finds.found)) settle(finds, doc, false);
}

function keepNewestOfLines(catalogue: Catalogue, segments: readonly SegmentFinds[]): void {
  const lines = new Map<string, Candidate[]>();
  for (const finds of segments) {
    const { found, open } = finds;
    const { values, valueLists, size } = open.segment;
    const [from, to] = begunWith(values, valuePrefix("line", ""));
    for (let at = from; at < to; at++) {
      const line = shownValue(values.at(at));
      const builds = lines.get(line) ?? [];
      eachIn(valueLists, at, size, (doc) => hasBit(found, doc) && builds.push({ finds, doc }));
      if (builds.length > 0) lines.set(line, builds);
    }
  }
  for (const builds of lines.values()) {
    if (builds.length === 1) continue;
    const newest = newestOf(builds, (candidate) => readBuild(catalogue, candidate));
    for (const build of builds) if (build !== newest) drop(build);
  }
}
