import { type Bits, bitsOf, countBits, createBits, intersect, setBit, unite } from "../../catalogue/index/bits.ts";
import { begunWith } from "../../catalogue/index/find-tokens.ts";
import { dayOf, timeOf, type ValueName, valuePrefix } from "../../catalogue/index/indexed-image.ts";
import { INDEX_FORMAT } from "../../catalogue/index/index-source.ts";
import { addLists, ANYWHERE } from "../../catalogue/index/posting-lists.ts";
import type { Segment } from "../../catalogue/index/segment.ts";
import type { LiveSegment } from "../../catalogue/index/segments.ts";
import type { CandidateRow } from "../../catalogue/read/read-candidates.ts";
import { isLaunchable } from "../../catalogue/read/launchable.ts";
import type { SearchIndex } from "../find/search-index.ts";
import type { View } from "../find/view.ts";

/** Whether an image can be started, is not hidden, and is not deprecated by `now` (milliseconds). */
export function isOffered({ state, hidden, deprecatedAt }: CandidateRow, now: number): boolean {
  return isLaunchable(state) && hidden !== "true" && !isDeprecated(deprecatedAt, now);
}

/** Whether the deprecation time (ISO 8601) has come. */
export function isDeprecated(deprecatedAt: string | null, now: number): boolean {
  const due = timeOf(deprecatedAt);
  return due !== null && due <= now;
}

/** The deprecated and withdrawn documents of a segment, valid between two moments, in milliseconds. */
interface WithdrawnBetween {
  readonly from: number;
  readonly until: number;
  readonly deprecated: Bits;
  /** The same, and documents that cannot be launched or are hidden. */
  readonly withdrawn: Bits;
}

const known = new WeakMap<Segment, WithdrawnBetween>();

/** The documents of a segment that are deprecated by `now`. */
export function deprecatedIn(segment: Segment, now: number): Bits {
  return datedOf(segment, now).deprecated;
}

/** The documents of a segment that are not offered; `isOffered` says the same of rows. */
export function withdrawnIn(segment: Segment, now: number): Bits {
  return datedOf(segment, now).withdrawn;
}

/** What answers depend on, named; valid between two moments, in milliseconds, in one version of the catalogue. */
interface StateBetween {
  readonly version: string;
  readonly from: number;
  readonly until: number;
  readonly key: string;
}

type StateIndex = Pick<SearchIndex, "segmentsOf" | "version">;

const states = new WeakMap<View, StateBetween>();

/** Names everything that answers depend on: a view, and how many of its images are deprecated by `now` (ISO 8601). */
export function stateKeyOf(index: StateIndex, view: View, now: string): string {
  const known = knownStateKey(index, view, now);
  if (known !== undefined) return known;
  const state = readState(index, view, Date.parse(now));
  states.set(view, state);
  return state.key;
}

/** The same if it was worked out before and nothing changed since, which takes a microsecond. */
export function knownStateKey(index: StateIndex, view: View, now: string): string | undefined {
  const known = states.get(view);
  const moment = Date.parse(now);
  return known && moment >= known.from && moment < known.until && known.version === index.version()
    ? known.key
    : undefined;
}

function readState(index: StateIndex, view: View, moment: number): StateBetween {
  const version = index.version();
  let [count, from, until] = [0, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (const { source } of view.sources) {
    // An index of another format cannot be read, so no answer comes from it.
    if (source.indexFormat < INDEX_FORMAT) continue;
    for (const open of index.segmentsOf(source.id, "present")) {
      const dated = datedOf(open.segment, moment);
      count += livingDeprecated(open, dated);
      from = Math.max(from, dated.from);
      until = Math.min(until, dated.until);
    }
  }
  return { version, from, until, key: `${view.key}\n${count}` };
}

const counts = new WeakMap<LiveSegment, { readonly dated: WithdrawnBetween; readonly count: number }>();

function livingDeprecated(open: LiveSegment, dated: WithdrawnBetween): number {
  const counted = counts.get(open);
  if (counted?.dated === dated) return counted.count;
  const count = countBits(intersect(dated.deprecated.slice(), open.living));
  counts.set(open, { dated, count });
  return count;
}

function datedOf(segment: Segment, now: number): WithdrawnBetween {
  const before = known.get(segment);
  if (before && now >= before.from && now < before.until) return before;
  const dated = readDated(segment, now);
  known.set(segment, dated);
  return dated;
}

const DAY_MS = 86_400_000;

/** Days before today have passed completely; only images that are deprecated today are checked one by one. */
function readDated(segment: Segment, now: number): WithdrawnBetween {
  const { size, values, valueLists } = segment;
  const deprecated = createBits(size);
  const [first] = begunWith(values, "due=");
  const [today, tomorrow] = begunWith(values, valuePrefix("due", dayOf(now)));
  addLists(deprecated, valueLists, first, today, ANYWHERE);
  const ofToday = createBits(size);
  addLists(ofToday, valueLists, today, tomorrow, ANYWHERE);
  let [from, until] = [Math.floor(now / DAY_MS) * DAY_MS, (Math.floor(now / DAY_MS) + 1) * DAY_MS];
  for (const doc of bitsOf(ofToday)) {
    const due = segment.deprecated.at(doc);
    if (due <= now) {
      setBit(deprecated, doc);
      from = Math.max(from, due);
    } else until = Math.min(until, due);
  }
  const launchable = documentsWith(segment, "state", ["available"]);
  const withdrawn = documentsWith(segment, "hidden", ["true"]);
  for (let at = 0; at < withdrawn.length; at++) withdrawn[at]! |= ~launchable[at]!;
  return { from, until, deprecated, withdrawn: unite(withdrawn, deprecated) };
}

/** The documents with one of these values, folded. */
export function documentsWith(segment: Segment, name: ValueName, folded: readonly string[]): Bits {
  const bits = createBits(segment.size);
  for (const value of folded)
    addLists(bits, segment.valueLists, ...begunWith(segment.values, valuePrefix(name, value)), ANYWHERE);
  return bits;
}
