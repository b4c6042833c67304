import { AMAZON_SERIES } from "./amazon-series.ts";
import { assembleImage } from "./assemble-image.ts";
import { type PlannedBuild, type BuildFamilies, createBuildFamilies } from "./build-families.ts";
import type { DemoImage } from "./catalogue-image.ts";
import { type CommunityOptions, planCommunityImage } from "./community-images.ts";
import { CANONICAL_SERIES, DISTRIBUTION_SERIES, STEMCELL_SERIES } from "./distribution-series.ts";
import type { ImageIds } from "./image-ids.ts";
import { planMarketplaceImage, productCodes, productOf } from "./marketplace-images.ts";
import { BITNAMI_SERIES, MARKETPLACE } from "./marketplace-names.ts";
import type { Random } from "./random.ts";
import type { ImageKind, RegionLayout } from "./region-layout.ts";

export interface PublicImagesOptions {
  readonly seed: number;
  /** A region's own number. */
  readonly key: number;
  /** The newest date, in milliseconds. */
  readonly until: number;
  /** The day on which somebody looks, in milliseconds. */
  readonly today: number;
  readonly ids: ImageIds;
  readonly layout: RegionLayout;
}

/** The image at a position of the layout; `random` is its own, and fresh. */
export type PublicImages = (position: number, random: Random) => DemoImage;

/** EC2's ids grew from 8 to 17 digits. */
const LONG_IDS_SINCE = Date.UTC(2018, 0);
const DAY = 24 * 60 * 60 * 1000;
const KERNEL_OWNER = "206029621532";

const SERIES = {
  bitnami: BITNAMI_SERIES,
  stemcell: STEMCELL_SERIES,
  canonical: CANONICAL_SERIES,
  amazon: AMAZON_SERIES,
  distribution: DISTRIBUTION_SERIES,
};

/** Accounts whose images the series and the marketplace hold. */
export const PUBLISHERS: ReadonlySet<string> = new Set([
  MARKETPLACE,
  KERNEL_OWNER,
  ...Object.values(SERIES).flatMap((list) => list.map(({ owner }) => owner)),
]);

export function createPublicImages({ seed, key, until, today, ids, layout }: PublicImagesOptions): PublicImages {
  const slotsOf = new Map(layout.segments.map(({ kind, slots }) => [kind, slots]));
  const families = openFamilies(slotsOf, until);
  const community = communityOptions({ seed, region: key, until, slotsOf, families });
  return (position, random) => finish(imageAt(position, random), random);

  function imageAt(position: number, random: Random): DemoImage {
    const { kind, slot } = layout.placeOf(position);
    if (kind === "community") {
      const plan = planCommunityImage(community, slot, random);
      return assembleImage({ ...plan, id: idAt(position, plan.created) }, random);
    }
    if (kind === "marketplace") {
      const plan = planMarketplaceImage({ seed, slot, until }, random);
      const image = assembleImage({ ...plan, id: idAt(position, plan.created) }, random);
      image.ProductCodes = productCodes(`${seed} ${productOf(slot)}`);
      return image;
    }
    const build = families.get(kind)?.buildAt(slot, random);
    if (!build) throw new RangeError(`no families of ${kind}`);
    return imageOfBuild(build, idAt(position, build.created), today, random);
  }

  function idAt(position: number, created: number): string {
    return created < LONG_IDS_SINCE ? ids.short(position) : ids.long(position);
  }
}

/** A kernel or ramdisk, as paravirtual images boot them. */
export function kernelImage(ids: ImageIds, position: number): DemoImage {
  const kind = position % 3 === 0 ? "ari" : "aki";
  const id = ids.other(kind, position);
  return {
    ImageId: id,
    ImageLocation: `ec2-public-images/${id}.manifest.xml`,
    State: "available",
    OwnerId: KERNEL_OWNER,
    CreationDate: "",
    Public: true,
    Architecture: position % 2 ? "i386" : "x86_64",
    ImageType: kind === "aki" ? "kernel" : "ramdisk",
    ImageOwnerAlias: "amazon",
    RootDeviceType: "instance-store",
    BlockDeviceMappings: [],
    VirtualizationType: "paravirtual",
    Hypervisor: "xen",
  };
}

function openFamilies(slotsOf: ReadonlyMap<ImageKind, number>, until: number): ReadonlyMap<ImageKind, BuildFamilies> {
  const opened = new Map<ImageKind, BuildFamilies>();
  for (const kind of ["bitnami", "stemcell", "canonical", "amazon", "distribution"] as const)
    opened.set(kind, createBuildFamilies(SERIES[kind], slotsOf.get(kind) ?? 0, until));
  return opened;
}

function communityOptions(of: {
  seed: number;
  region: number;
  until: number;
  slotsOf: ReadonlyMap<ImageKind, number>;
  families: ReadonlyMap<ImageKind, BuildFamilies>;
}): CommunityOptions {
  const officials = (["canonical", "amazon", "distribution"] as const).flatMap((kind) => {
    const [families, slots] = [of.families.get(kind), of.slotsOf.get(kind) ?? 0];
    return families && slots > 0 ? [{ families, slots }] : [];
  });
  const { seed, region, until } = of;
  return { slots: of.slotsOf.get("community") ?? 0, seed, region, until, officials };
}

function imageOfBuild(build: PlannedBuild, id: string, today: number, random: Random): DemoImage {
  const { owner, alias, billing, storage, paravirtual, size } = build.series;
  const deprecated = deprecationOf(build, today);
  const image = assembleImage({ id, owner, alias, billing, storage, paravirtual, size, deprecated, ...build }, random);
  if (alias === "aws-marketplace") image.ProductCodes = productCodes(build.name.slice(0, 12));
  return image;
}

/** Builds stay as old as they are, but the newest of a living family is not deprecated, whenever somebody looks. */
function deprecationOf({ series, created, isCurrent }: PlannedBuild, today: number): number | undefined {
  const { deprecatedAfterDays } = series;
  if (deprecatedAfterDays === undefined) return undefined;
  return (isCurrent ? Math.max(created, today) : created) + deprecatedAfterDays * DAY;
}

/** What few images have, whatever their kind. */
function finish(image: DemoImage, random: Random): DemoImage {
  if (random.chance(0.02)) image.Tags = [{ Key: "Name", Value: image.Name ?? "" }];
  const [, copied, from] = /^\[Copied (ami-\w+) from ([a-z\d-]+)\]/.exec(image.Description ?? "") ?? [];
  if (copied !== undefined || random.chance(0.02)) {
    image.SourceImageId = copied ?? `ami-0${random.hex(16)}`;
    image.SourceImageRegion = from ?? "us-east-1";
  }
  if (image.RootDeviceType === "instance-store" && random.chance(0.05)) image.CreationDate = "";
  return image;
}
