/** The elements that are read in an element; others are passed over. */
export interface Level {
  readonly byName: ReadonlyMap<string, Slot>;
  /** By `addToHash` of their names' bytes, in the lower bits: at most one each. */
  readonly byHash: readonly (Slot | undefined)[];
}

/** Where a value goes. */
export interface Slot {
  readonly at: number;
  readonly name: Uint8Array;
  /** What is read in it; undefined of texts. */
  readonly within?: Level;
  /** Whether `within` is that of its items. */
  readonly isList: boolean;
}

/** What an element holds, by slot; undefined where that is absent or odd. */
export interface Fields {
  readonly level: Level;
  readonly texts: (string | undefined)[];
  readonly groups: (readonly Fields[] | undefined)[];
}

export function noFields(level: Level): Fields {
  return { level, texts: [], groups: [] };
}

/** Adds a byte to the hash of those before it, which begins at 0. */
export function addToHash(hash: number, byte: number): number {
  return (Math.imul(hash, 31) + byte) | 0;
}

const CODE = levelOf(["productCode"]);
const PRODUCT = levelOf(["billingProduct"]);
const TAG = levelOf(["key", "value"]);
const VOLUME = levelOf([
  "snapshotId",
  "volumeSize",
  "deleteOnTermination",
  "volumeType",
  "iops",
  "throughput",
  "encrypted",
]);
const DEVICE = levelOf(["deviceName", "virtualName"], {}, { ebs: VOLUME });

/** An `item` of `imagesSet`. */
export const IMAGE = levelOf(
  [
    "imageId",
    "imageLocation",
    "imageState",
    "imageOwnerId",
    "creationDate",
    "isPublic",
    "architecture",
    "imageType",
    "kernelId",
    "ramdiskId",
    "platform",
    "sriovNetSupport",
    "imageOwnerAlias",
    "name",
    "description",
    "rootDeviceType",
    "rootDeviceName",
    "virtualizationType",
    "hypervisor",
    "enaSupport",
    "bootMode",
    "tpmSupport",
    "platformDetails",
    "usageOperation",
    "deprecationTime",
    "imdsSupport",
    "lastLaunchedTime",
    "imageAllowed",
    "sourceImageId",
    "sourceImageRegion",
    "freeTierEligible",
  ],
  { productCodes: CODE, blockDeviceMapping: DEVICE, tagSet: TAG, billingProducts: PRODUCT },
);

function levelOf(
  texts: readonly string[],
  lists: Readonly<Record<string, Level>> = {},
  elements: Readonly<Record<string, Level>> = {},
): Level {
  const byName = new Map<string, Slot>();
  for (const [at, name] of texts.entries()) byName.set(name, { at, name: Buffer.from(name), isList: false });
  const groups = [...Object.entries(lists), ...Object.entries(elements)];
  for (const [at, [name, within]] of groups.entries())
    byName.set(name, { at, name: Buffer.from(name), within, isList: Object.hasOwn(lists, name) });
  return { byName, byHash: tableOf([...byName.values()]) };
}

/** The smallest table in which no two share a place. */
function tableOf(slots: readonly Slot[]): (Slot | undefined)[] {
  for (let size = 16; ; size *= 2) {
    const table = Array.from<Slot | undefined>({ length: size });
    for (const slot of slots) table[slot.name.reduce(addToHash, 0) & (size - 1)] = slot;
    if (table.filter((slot) => slot !== undefined).length === slots.length) return table;
  }
}
