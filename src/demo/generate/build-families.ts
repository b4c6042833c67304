import type { BuildSeries, Release } from "./build-series.ts";
import { type BuildMoment, type BuildTemplate, compileTemplate } from "./build-template.ts";
import type { Architecture } from "./catalogue-image.ts";
import { createRandom, hashText, type Random } from "./random.ts";

/** One build of a publisher: what its image has of its family, and of itself. */
export interface PlannedBuild {
  readonly series: BuildSeries;
  readonly architecture: Architecture;
  readonly name: string;
  readonly description: string | undefined;
  /** Milliseconds. */
  readonly created: number;
  /** The newest of a family that still has builds. */
  readonly isCurrent: boolean;
}

/** A number of builds, shared out to the families of several series. */
export interface BuildFamilies {
  /** The build of a slot from 0 to `slots` - 1. `random` gives what is left to chance. */
  buildAt(slot: number, random: Random): PlannedBuild;
}

interface Family {
  readonly series: BuildSeries;
  readonly architecture: Architecture;
  readonly name: BuildTemplate;
  readonly description: BuildTemplate | undefined;
  readonly key: number;
  readonly from: number;
  readonly days: number;
  /** Whether it still has builds at the end. */
  readonly isLiving: boolean;
  readonly weight: number;
}

const DAY = 24 * 60 * 60 * 1000;

/** `until` (milliseconds) ends the series that still have builds. Throws RangeError for series without any before. */
export function createBuildFamilies(series: readonly BuildSeries[], slots: number, until: number): BuildFamilies {
  const families = series.flatMap((one) => familiesOf(one, until));
  if (families.length === 0) throw new RangeError("no family has builds before the end");
  const starts = shareOut(families, slots);
  return { buildAt };

  function buildAt(slot: number, random: Random): PlannedBuild {
    const index = lastAtMost(starts, slot);
    const [family, start, end] = [families[index], starts[index], starts[index + 1] ?? slots];
    if (!family || start === undefined) throw new RangeError(`no slot ${slot} among ${slots}`);
    return build(family, slot - start, end - start, random);
  }
}

function build(family: Family, number: number, builds: number, random: Random): PlannedBuild {
  const day = Math.floor((number * family.days) / builds);
  const firstOfDay = Math.ceil((day * builds) / family.days);
  // Builds of a day are numbered in the order in which they were made.
  const secondsApart = Math.floor(86_400 / Math.ceil(builds / family.days + 1));
  const second = (number - firstOfDay) * secondsApart + random.below(secondsApart);
  const created = family.from + day * DAY + second * 1000;
  const moment: BuildMoment = { created, number, ofDay: number - firstOfDay, family: family.key, random };
  const { series, architecture } = family;
  const isCurrent = family.isLiving && number === builds - 1;
  const [name, description] = [family.name(moment), family.description?.(moment)];
  return { series, architecture, name, description, created, isCurrent };
}

function familiesOf(series: BuildSeries, until: number): Family[] {
  const families = series.releases.flatMap((release) =>
    (series.variants ?? [""]).flatMap((variant) =>
      series.architectures.map((architecture) => familyOf(series, release, variant, architecture, until)),
    ),
  );
  return families.filter(({ days }) => days > 0);
}

function familyOf(
  series: BuildSeries,
  release: Release,
  variant: string,
  architecture: Architecture,
  until: number,
): Family {
  const from = Date.parse(release.from);
  const days = Math.floor((Math.min(Date.parse(release.to), until) - from) / DAY);
  const key = hashText(`${series.owner} ${series.name} ${release.version} ${variant} ${architecture}`);
  const words: Readonly<Record<string, string>> = {
    version: release.version,
    code: release.code ?? release.version,
    variant,
    arch: architecture,
    amd: architecture === "x86_64" ? "amd64" : architecture,
    aarch: architecture === "arm64" ? "aarch64" : architecture,
    product: createRandom(hashText(`${series.owner} ${variant}`)).uuid(),
  };
  return {
    series,
    architecture,
    name: settle(series.name, words),
    description: series.description === undefined ? undefined : settle(series.description, words),
    key,
    from,
    days,
    isLiving: Date.parse(release.to) > until,
    weight: series.pace * days,
  };
}

function settle(text: string, words: Readonly<Record<string, string>>): BuildTemplate {
  return compileTemplate(text.replace(/\{(\w+)\}/g, (place, word: string) => words[word] ?? place));
}

/** The first slot of each family: every one has its share, to the nearest whole build. */
function shareOut(families: readonly Family[], slots: number): number[] {
  const total = families.reduce((sum, { weight }) => sum + weight, 0);
  let before = 0;
  return families.map(({ weight }) => {
    const start = Math.round((before / total) * slots);
    before += weight;
    return start;
  });
}

/** The last index whose value is `wanted` or less; families without a build share their start with the next. */
function lastAtMost(sorted: readonly number[], wanted: number): number {
  let [low, high] = [0, sorted.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((sorted[middle] ?? Infinity) <= wanted) low = middle;
    else high = middle - 1;
  }
  return low;
}
