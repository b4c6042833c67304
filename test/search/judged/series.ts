/** When the judged catalogues are looked at. */
export const TODAY = "2026-08-10T12:00:00.000Z";

/** Images of one product that its publisher builds again and again. */
export interface Series {
  /** Whose images these are, as people say it; null for strangers. */
  readonly by: string | null;
  /** EC2: account; Azure: publisher; GCE: project; OpenStack: project. */
  readonly owner: string;
  /** EC2's owner alias. */
  readonly alias?: string;
  /** With `{build}`, the build's date as `{date}`, `{dashed}` or `{dotted}`, and the architecture as `{arch}`. Azure: `offer:sku`. */
  readonly name: string;
  readonly about?: string;
  /** As names write them and as the cloud says them: `amd64=x86_64`. */
  readonly arches?: readonly string[];
  /**
   * Oldest first. The date of a build is the first in it, or what follows `@`; `!failed`, `!pending` and `!deprecated` are
   * states of it.
   */
  readonly builds: readonly string[];
  /** Whether all its builds are deprecated. */
  readonly ended?: boolean;
  /** What the cloud says of every image of it. */
  readonly facts?: Readonly<Record<string, unknown>>;
}

/** A build of a series. */
export interface Build {
  readonly series: Series;
  readonly name: string;
  readonly about: string;
  /** As the cloud says it. */
  readonly architecture: string;
  readonly version: string;
  /** ISO 8601. */
  readonly createdAt: string;
  readonly state: string;
  /** Whether this is the one to launch: the newest of its series and architecture that can be and is not deprecated. */
  readonly isNewest: boolean;
  /** Counts up through a catalogue. */
  readonly serial: number;
}

const COMPACT_DATE = /(20[12]\d)(0[1-9]|1[0-2])([0-3]\d)/;
const DATE = /(20\d\d)[-.](\d\d)[-.](\d\d)/;
const INTEL = ["x86_64=x86_64"];

/** All builds of some series, in the order given. */
export function buildsOf(all: readonly Series[]): Build[] {
  let serial = 0;
  return all.flatMap((series) =>
    (series.arches ?? INTEL).flatMap((arch) => {
      const builds = series.builds.map((text) => readBuild(series, arch, text, serial++));
      const newest = builds.findLast(({ state }) => state === "available");
      return builds.map((build) => ({ ...build, isNewest: build === newest }));
    }),
  );
}

function readBuild(series: Series, arch: string, text: string, serial: number): Build {
  const [, version = "", at, state] = /^([^@!]+)(?:@([^!]+))?(?:!(.+))?$/.exec(text) ?? [];
  const [written = "", architecture = ""] = arch.split("=");
  // `2023.12.20260727.0` is of 2026.
  const [, year, month, day] = COMPACT_DATE.exec(at ?? version) ?? DATE.exec(at ?? version) ?? [];
  if (!day) throw new Error(`no date in ${text} of ${series.name}`);
  const words: Record<string, string> = {
    build: version,
    arch: written,
    date: `${year}${month}${day}`,
    dashed: `${year}-${month}-${day}`,
    dotted: `${year}.${month}.${day}`,
  };
  const fill = (template: string): string => template.replace(/\{(\w+)\}/g, (_, word: string) => words[word] ?? "");
  return {
    series,
    name: fill(series.name),
    about: fill(series.about ?? ""),
    architecture,
    version,
    createdAt: `${year}-${month}-${day}T08:${String(serial % 60).padStart(2, "0")}:00.000Z`,
    state: series.ended ? "deprecated" : (state ?? "available"),
    isNewest: false,
    serial,
  };
}
