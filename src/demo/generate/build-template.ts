import type { Random } from "./random.ts";

/** One build of a family, as its name tells it. */
export interface BuildMoment {
  /** When it was built, in milliseconds. */
  readonly created: number;
  /** 0 for the family's first. */
  readonly number: number;
  /** 0 for the day's first. */
  readonly ofDay: number;
  /** A number of the family's own. */
  readonly family: number;
  readonly random: Random;
}

/** A text with places to fill in. */
export type BuildTemplate = (build: BuildMoment) => string;

const DAY = 24 * 60 * 60 * 1000;
/** Debian counts its builds in days from here: `20260810-2566`. */
const FIRST_SERIAL = Date.UTC(2019, 7, 1);
const FIRST_QUARTER = 2023 * 4;

/** Reads `{place}`s that differ between builds of a family; throws TypeError for one it does not know. */
export function compileTemplate(text: string): BuildTemplate {
  const pieces = text.split(/\{(\w+)\}/).map((piece, i) => (i % 2 === 0 ? piece : placeOf(piece)));
  return (build) => {
    let filled = "";
    for (const piece of pieces) filled += typeof piece === "string" ? piece : piece(build);
    return filled;
  };
}

const PLACES: Readonly<Record<string, BuildTemplate>> = {
  date: (build) => dayOf(build).replaceAll("-", "") + (build.ofDay === 0 ? "" : `.${build.ofDay}`),
  dashed: dayOf,
  dotted: (build) => dayOf(build).replaceAll("-", "."),
  stamp: (build) => new Date(build.created + build.random.below(1000)).toISOString().replaceAll(":", "-"),
  semver: ({ family, number }) => `${1 + (family % 12)}.${Math.floor(number / 72)}.${Math.floor(number / 12) % 6}`,
  relisted: ({ number }) => String(Math.floor(number / 6) % 2),
  revision: ({ number }) => String(number % 12).padStart(2, "0"),
  minor: ({ created }) => String(quarterOf(created) - FIRST_QUARTER),
  patch: ({ number }) => String(Math.floor(number / 12) % 16),
  serial: ({ created }) => String(Math.max(0, Math.floor((created - FIRST_SERIAL) / DAY))),
  hash: ({ random }) => random.hex(8),
  uuid: ({ random }) => random.uuid(),
  ami: ({ random }) => `0${random.hex(16)}`,
};

function placeOf(name: string): BuildTemplate {
  const place = PLACES[name];
  if (!place) throw new TypeError(`a build's name has no {${name}}`);
  return place;
}

function dayOf({ created }: BuildMoment): string {
  return new Date(created).toISOString().slice(0, 10);
}

function quarterOf(time: number): number {
  const date = new Date(time);
  return date.getUTCFullYear() * 4 + Math.floor(date.getUTCMonth() / 3);
}
