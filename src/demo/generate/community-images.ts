import type { BuildFamilies } from "./build-families.ts";
import type { Architecture } from "./catalogue-image.ts";
import { communityDescription, communityName, pipelineName } from "./community-names.ts";
import type { ImagePlan } from "./assemble-image.ts";
import { createRandom, hashNumbers, type Random } from "./random.ts";

/** Publishers whose images others copy under the same name. */
export interface Official {
  readonly families: BuildFamilies;
  readonly slots: number;
}

export interface CommunityOptions {
  readonly slots: number;
  readonly seed: number;
  /** A region's own number; part of the owners publish in every region. */
  readonly region: number;
  /** The newest date, in milliseconds. */
  readonly until: number;
  readonly officials: readonly Official[];
}

/** Whose image a slot holds: owners have one image, a few, or a pipeline of dated builds. */
interface CommunityPlace {
  readonly style: "single" | "few" | "pipeline";
  /** Equal for the images of one owner. */
  readonly group: number;
  /** Which of its owner's. */
  readonly member: number;
}

type Hardware = Omit<ImagePlan, "id" | "owner" | "alias" | "name" | "description" | "created">;

const FROM = Date.UTC(2010, 0);
const DAY = 24 * 60 * 60 * 1000;
const SINGLES = 0.44;
const FEW = 0.34;
/** How many images each of four neighbouring small owners has. */
const FEW_SIZES = [2, 3, 4, 7] as const;
const PIPELINE_BUILDS = 120;
const COPY_REGIONS = ["us-east-1", "us-west-2", "eu-west-1", "ap-southeast-1"] as const;

/** All that is known of a community image but its id. `random` is the image's own. */
export function planCommunityImage(options: CommunityOptions, slot: number, random: Random): Omit<ImagePlan, "id"> {
  const place = placeOf(slot, options.slots);
  const everywhere = place.group % 3 === 0;
  const ownerSeed = hashNumbers(options.seed, place.group, everywhere ? 0 : options.region);
  const owner = ownerId(ownerSeed);
  if (place.style === "pipeline") return planPipelineBuild(place, createRandom(ownerSeed), owner, options, random);
  if (random.chance(0.07) && options.officials.length > 0) return planCopy(options, owner, random);

  // A few owners gave two images one name: their own random numbers start alike.
  const twin = place.style === "few" && place.member === 1 && ownerSeed % 8 === 0;
  const words = createRandom(hashNumbers(ownerSeed, twin ? 0 : place.member));
  const created = Math.min(options.until, anyTime(options, words) + random.below(86_400) * 1000);
  const name = words.chance(0.086) ? undefined : communityName(words, compactDay(anyTime(options, words)));
  const description = communityDescription(random, name ?? "");
  return { ...anyHardware(created, random), owner, name, created, description };
}

function planPipelineBuild(
  { member }: CommunityPlace,
  pipeline: Random,
  owner: string,
  { until }: CommunityOptions,
  random: Random,
): Omit<ImagePlan, "id"> {
  const name = pipelineName(pipeline);
  const first = FROM + pipeline.below(Math.floor((until - FROM) / DAY) - PIPELINE_BUILDS * 2) * DAY;
  const created = first + member * 2 * DAY + random.below(86_400) * 1000;
  const architecture: Architecture = pipeline.chance(0.15) ? "arm64" : "x86_64";
  const described = pipeline.chance(0.6);
  return {
    owner,
    name: `${name}-${compactDay(created)}`,
    description: described ? `${name} build of ${new Date(created).toISOString().slice(0, 10)}` : undefined,
    created,
    architecture,
    storage: pipeline.chance(0.5) ? "xvda" : "sda1",
    size: 8 << pipeline.below(5),
    deprecated: deprecation(created, random),
  };
}

/** A copy of a publisher's image under its very name: the account is all that tells it from the original. */
function planCopy(options: CommunityOptions, owner: string, random: Random): Omit<ImagePlan, "id"> {
  const { families, slots } = random.pick(options.officials);
  const { name, series, architecture, created: built } = families.buildAt(random.below(slots), random);
  const created = Math.min(options.until, built + random.below(200) * DAY + random.below(86_400) * 1000);
  const source = `ami-0${random.hex(16)}`;
  return {
    owner,
    name,
    description: `[Copied ${source} from ${random.pick(COPY_REGIONS)}] ${name}`,
    created,
    architecture,
    billing: series.billing,
    storage: series.storage === "instance-store" ? "sda1" : series.storage,
    size: series.size,
  };
}

function anyHardware(created: number, random: Random): Hardware {
  const old = created < Date.UTC(2015, 0);
  const paravirtual = old && random.chance(0.6);
  const windows = !paravirtual && random.chance(0.12);
  return {
    architecture: anyArchitecture(created, paravirtual, random),
    billing: windows ? "windows" : random.chance(0.05) ? "rhel" : undefined,
    storage: old && random.chance(0.25) ? "instance-store" : random.chance(0.45) ? "xvda" : "sda1",
    paravirtual,
    size: windows ? 30 : 8 << random.below(6),
    deprecated: deprecation(created, random),
    volumes: random.chance(0.0005) ? 26 : random.chance(0.22) ? 1 + random.below(4) : 0,
  };
}

function anyArchitecture(created: number, paravirtual: boolean, random: Random): Architecture {
  if (paravirtual) return random.chance(0.3) ? "i386" : "x86_64";
  return created > Date.UTC(2019, 0) && random.chance(0.15) ? "arm64" : "x86_64";
}

function deprecation(created: number, random: Random): number | undefined {
  return created > Date.UTC(2021, 0) && random.chance(0.5) ? created + 730 * DAY : undefined;
}

function placeOf(slot: number, slots: number): CommunityPlace {
  const singles = Math.floor(slots * SINGLES);
  if (slot < singles) return { style: "single", group: slot, member: 0 };
  const few = Math.floor(slots * FEW);
  if (slot < singles + few) return placeAmongFew(slot - singles, singles);
  const build = slot - singles - few;
  return {
    style: "pipeline",
    group: slots + Math.floor(build / PIPELINE_BUILDS),
    member: build % PIPELINE_BUILDS,
  };
}

function placeAmongFew(slot: number, firstGroup: number): CommunityPlace {
  const round = FEW_SIZES.reduce((sum, size) => sum + size, 0);
  let member = slot % round;
  for (const [i, size] of FEW_SIZES.entries()) {
    if (member < size)
      return { style: "few", group: firstGroup + Math.floor(slot / round) * FEW_SIZES.length + i, member };
    member -= size;
  }
  throw new RangeError(`no owner for slot ${slot}`);
}

/** Twelve digits that no publisher has: theirs do not start with 5. */
function ownerId(seed: number): string {
  const random = createRandom(seed ^ 0x5bd1e995);
  return `5${String(random.below(1e6)).padStart(6, "0")}${String(random.below(1e5)).padStart(5, "0")}`;
}

/** More of the recent years than of the first. */
function anyTime({ until }: CommunityOptions, random: Random): number {
  const span = Math.floor((until - FROM) / 1000);
  return FROM + Math.max(random.below(span), random.below(span)) * 1000;
}

function compactDay(time: number): string {
  return new Date(time).toISOString().slice(0, 10).replaceAll("-", "");
}
