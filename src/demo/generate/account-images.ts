import { assembleImage } from "./assemble-image.ts";
import type { CatalogueEntry, DemoImage } from "./catalogue-image.ts";
import { pipelineName } from "./community-names.ts";
import type { Random } from "./random.ts";

/** An account with images of its own, and images that others share with it. */
export interface AccountImages {
  /** Twelve digits. */
  readonly id: string;
  readonly owned: number;
  readonly shared: number;
}

export interface AccountSlot {
  readonly account: string;
  readonly shared: boolean;
  readonly imageId: string;
  /** The newest date, in milliseconds. */
  readonly until: number;
}

const DAY = 24 * 60 * 60 * 1000;
const TEAMS = ["Plattform", "données", "設計", "поиск", "Ingeniería", "ops", "検証 🚀", "R&D <core>"] as const;
const PARTNER = "590000000001";

/** An image that only some accounts see. Some are public too, some disabled, failed or pending. */
export function accountEntry({ account, shared, imageId, until }: AccountSlot, random: Random): CatalogueEntry {
  const created = until - random.below(900 * DAY);
  const name = `${pipelineName(random)}-${random.hex(6)}`;
  const image = assembleImage(
    {
      id: imageId,
      owner: shared ? PARTNER : account,
      name: random.chance(0.04) ? undefined : name,
      description: random.chance(0.3) ? undefined : `Internal image of ${name}`,
      created,
      architecture: random.chance(0.3) ? "arm64" : "x86_64",
      storage: "xvda",
      size: 20,
      deprecated: random.chance(0.2) ? created + 365 * DAY : undefined,
      volumes: random.chance(0.2) ? 1 : 0,
    },
    random,
  );
  image.Public = !shared && random.chance(0.08);
  if (shared) return { image, sharedWith: [account] };
  addOwnersView(image, created, random);
  const sharedWith = image.State === "available" && !image.Public && random.chance(0.1) ? [PARTNER] : [];
  return { image, sharedWith };
}

/** What EC2 tells only the owner. */
function addOwnersView(image: DemoImage, created: number, random: Random): void {
  image.Tags = [
    { Key: "Name", Value: random.chance(0.1) ? "" : (image.Name ?? image.ImageId) },
    { Key: "team", Value: random.pick(TEAMS) },
  ];
  image.SourceInstanceId = `i-0${random.hex(16)}`;
  image.DeregistrationProtection = "disabled";
  if (random.chance(0.5)) image.LastLaunchedTime = new Date(created + random.below(90 * DAY)).toISOString();
  const state = image.Public ? 99 : random.below(100);
  if (state < 8) image.State = "disabled";
  else if (state < 10) image.State = "pending";
  else if (state < 12) {
    image.State = "failed";
    image.StateReason = { Code: "Client.InvalidSnapshot.InUse", Message: "Snapshot is in use by another image & busy" };
  }
}
