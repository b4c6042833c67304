import { setImmediate as nextTurn } from "node:timers/promises";
import type { Backend } from "../../record/backends.ts";
import { type Counterpart, findCounterparts } from "../../catalogue/read/find-counterparts.ts";
import type { Catalogue } from "../../catalogue/file/open-catalogue.ts";
import { findKnownImages, type KnownImage } from "../../catalogue/read/known-images.ts";
import type { MissingSource } from "../../catalogue/read/source-readiness.ts";
import { type Source, sourcesOf } from "../../record/sources.ts";
import type { AnswerScope } from "./answer-scope.ts";
import { createSuccession, type Successor } from "./succession.ts";
import { createLookAlikes } from "./look-alikes.ts";

/**
 * What is known of an id. `known`: some backend lists it. `gone`: one listed it, and none does now. `never_seen`: everything is
 * listed, and no backend ever had it; it may still exist elsewhere. `unknown`: a source that could have it is not listed.
 */
export const VERDICTS = ["known", "gone", "never_seen", "unknown"] as const;

export interface JudgedId {
  readonly id: string;
  readonly status: (typeof VERDICTS)[number];
  /** Why it is not known; empty unless `unknown`. */
  readonly missing: readonly MissingSource[];
  /** The image in each source that has or had it; sources that list it now come first. */
  readonly images: readonly JudgedImage[];
  /** The same image in other backends; undefined unless asked for. */
  readonly counterparts: readonly PlacedCounterpart[] | undefined;
}

export interface JudgedImage extends Successor {
  readonly image: KnownImage;
  /** The backends that show it. */
  readonly backends: readonly Backend[];
  /** The known publisher whose images have such a name, if the owner is unknown. */
  readonly lookAlikeOf: string | null;
}

export interface PlacedCounterpart extends Counterpart {
  readonly backend: Backend;
}

interface JudgingQuestion {
  readonly catalogue: Catalogue;
  readonly scope: Pick<AnswerScope, "asked" | "missing" | "status">;
  readonly ids: readonly string[];
  /** Whether to look for the same image in other backends. */
  readonly wantsCounterparts: boolean;
  /** ISO 8601. */
  readonly now: string;
}

/** Judges each id by what the asked backends know of it, in the order of the ids. Lets other requests run between two ids. */
export async function judgeImages({
  catalogue,
  scope,
  ids,
  wantsCounterparts,
  now,
}: JudgingQuestion): Promise<JudgedId[]> {
  const shown = sourcesByBackend(catalogue, scope.asked);
  const sourceIds = [...new Set([...shown.values()].flat())];
  const judge = createJudge(catalogue, scope.status.sources, now);
  const judged = new Map<string, JudgedId>();
  for (const id of ids) {
    if (judged.has(id)) continue;
    const places = placesOf(findKnownImages(catalogue, [id], sourceIds), shown);
    const images = places.map((place) => judge(place));
    const counterparts = wantsCounterparts ? elsewhere(catalogue, id, places, shown) : undefined;
    judged.set(id, { id, ...statusOf(places, scope, shown), images, counterparts });
    await nextTurn();
  }
  return ids.flatMap((id) => judged.get(id) ?? []);
}

/** The ids of the sources that each backend shows, by precedence. */
type ShownSources = ReadonlyMap<Backend, readonly number[]>;

function sourcesByBackend(catalogue: Catalogue, backends: readonly Backend[]): ShownSources {
  return new Map(backends.map((backend) => [backend, sourcesOf(catalogue, backend.id).map(({ id }) => id)]));
}

type JudgedPlace = Pick<JudgedImage, "image" | "backends">;

/** An image as each backend shows it: present before retired, then by the order of its sources. */
function placesOf(found: readonly KnownImage[], shown: ShownSources): JudgedPlace[] {
  const places = new Map<KnownImage, Backend[]>();
  for (const [backend, sourceIds] of shown) {
    const here = sourceIds.flatMap((id) => found.find(({ sourceId }) => sourceId === id) ?? []);
    const image = here.find(({ retiredAt }) => retiredAt === null) ?? here[0];
    if (image) places.set(image, [...(places.get(image) ?? []), backend]);
  }
  const all = [...places].map(([image, backends]) => ({ image, backends }));
  return all.toSorted((a, b) => Number(a.image.retiredAt !== null) - Number(b.image.retiredAt !== null));
}

function statusOf(
  places: readonly JudgedPlace[],
  { asked, missing, status }: JudgingQuestion["scope"],
  shown: ShownSources,
): Pick<JudgedId, "status" | "missing"> {
  if (places.some(({ image }) => image.retiredAt === null)) return { status: "known", missing: [] };
  if (places.length > 0) {
    const lacking = missing.filter(({ source }) => mayHold(source.id, places, shown));
    return lacking.length > 0 ? { status: "unknown", missing: lacking } : { status: "gone", missing: [] };
  }
  const isListed = missing.length === 0 && status.sources.length > 0 && asked.length > 0;
  return isListed ? { status: "never_seen", missing: [] } : { status: "unknown", missing };
}

/**
 * Whether a source may list an image that another one retired: it belongs to a backend that showed the image, or to the same
 * cloud and region.
 */
function mayHold(sourceId: number, places: readonly JudgedPlace[], shown: ShownSources): boolean {
  const showing = [...shown].filter(([, sourceIds]) => sourceIds.includes(sourceId)).map(([backend]) => backend);
  const had = places.flatMap(({ backends }) => backends);
  return showing.some((one) => had.some(({ provider, region }) => one.provider === provider && one.region === region));
}

function createJudge(
  catalogue: Catalogue,
  sources: readonly Source[],
  now: string,
): (place: JudgedPlace) => JudgedImage {
  const succession = createSuccession(catalogue, now);
  const lookAlikes = createLookAlikes(catalogue, sources);
  return ({ image, backends }) => ({
    image,
    backends,
    lookAlikeOf: lookAlikes(image, backends[0]?.provider ?? ""),
    ...succession(image),
  });
}

/** The newest image of the same publisher, name and architecture in each backend that does not show this one. */
function elsewhere(
  catalogue: Catalogue,
  id: string,
  places: readonly JudgedPlace[],
  shown: ShownSources,
): PlacedCounterpart[] {
  if (places.length === 0) return [];
  const here = new Set(places.filter(({ image }) => image.retiredAt === null).flatMap(({ backends }) => backends));
  const found = findCounterparts(catalogue, id, [...new Set([...shown.values()].flat())]) ?? [];
  return [...shown].flatMap(([backend, sourceIds]) => {
    const counterpart = here.has(backend) ? undefined : found.find(({ sourceId }) => sourceIds.includes(sourceId));
    return counterpart ? [{ ...counterpart, backend }] : [];
  });
}
