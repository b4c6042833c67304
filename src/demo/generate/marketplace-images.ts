import type { ProductCode } from "@aws-sdk/client-ec2";
import type { ImagePlan } from "./assemble-image.ts";
import { EDITIONS, MARKETPLACE, PRODUCTS, VENDORS } from "./marketplace-names.ts";
import { createRandom, hashNumbers, hashText, type Random } from "./random.ts";

const FROM = Date.UTC(2014, 0);
const DAY = 24 * 60 * 60 * 1000;
/** Listings of a product, and how many of them are of one version. */
const LISTINGS = 6;
const LISTINGS_OF_VERSION = 3;

/** A vendor's appliance: the product's name and version, and the identifiers the marketplace appends. */
export function planMarketplaceImage(
  { seed, slot, until }: { seed: number; slot: number; until: number },
  random: Random,
): Omit<ImagePlan, "id"> {
  const number = productOf(slot);
  const listed = slot % LISTINGS;
  const version = Math.floor(listed / LISTINGS_OF_VERSION);
  const product = createRandom(hashNumbers(seed, number));
  const edition = product.pick(EDITIONS);
  const title = `${product.pick(VENDORS)} ${product.pick(PRODUCTS)}${edition}`;
  const listing = product.uuid();
  const major = 1 + product.below(14);
  const first = FROM + product.below(Math.floor((until - FROM) / DAY) - LISTINGS * 60) * DAY;
  const created = first + listed * 60 * DAY + random.below(50 * 86_400) * 1000;
  const release = `${major}.${product.below(10) + version}.${product.below(4)}`;
  return {
    owner: MARKETPLACE,
    alias: "aws-marketplace",
    name: `${title} ${release}-${listing}-ami-0${random.hex(16)}.4`.slice(-128),
    description: random.chance(0.45) ? undefined : `${title} ${release} for AWS Marketplace`,
    created,
    architecture: random.chance(0.06) ? "arm64" : "x86_64",
    billing: edition.includes("Windows") || title.includes("Windows") ? "windows" : undefined,
    storage: product.chance(0.5) ? "xvda" : "sda1",
    size: 10 + product.below(90),
    deprecated: random.chance(0.4) ? created + 730 * DAY : undefined,
    volumes: product.chance(0.3) ? 1 + product.below(3) : 0,
  };
}

/** Which product a slot's image is a listing of. */
export function productOf(slot: number): number {
  return Math.floor(slot / LISTINGS);
}

/** A marketplace code for a product: 25 letters and digits, the same for the same product. */
export function productCodes(product: string): ProductCode[] {
  const random = createRandom(hashText(product));
  let code = "";
  while (code.length < 25) code += random.below(36).toString(36);
  return [{ ProductCodeId: code, ProductCodeType: "marketplace" }];
}
