import type { DemoCatalogue } from "../generate/catalogue.ts";
import type { CatalogueEntry, DemoImage } from "../generate/catalogue-image.ts";
import { Ec2Refusal } from "./ec2-errors.ts";
import type { DescribeImagesRequest } from "./images-request.ts";

/** An account's setting of which images it may see, as EC2's Allowed AMIs has it. */
export interface AllowedImagesSetting {
  readonly state: "disabled" | "audit-mode" | "enabled";
  /** Owner ids and aliases that are allowed. */
  readonly providers: readonly string[];
}

/** Who asks, and of what. */
export interface Viewer {
  readonly account: string;
  readonly catalogue: DemoCatalogue;
  readonly allowedImages: AllowedImagesSetting;
}

export interface ListedPage {
  /** May be empty though more pages follow: filters run on a page that is already cut. */
  readonly images: readonly DemoImage[];
  /** Where the next page starts; undefined after the last. */
  readonly next: number | undefined;
}

/** Positions that one page looks at, at most: a listing of few among many has pages with nothing on them. */
const MOST_POSITIONS = 20_000;

/**
 * One page: `maxResults` images of those that the owners, launch permissions and visibility leave, less the
 * deprecated, disabled and filtered ones. That order is the service's, and why pages differ in length.
 */
export function listImages(viewer: Viewer, request: DescribeImagesRequest, maxResults: number): ListedPage {
  if (request.imageIds.length > 0) return { images: listById(viewer, request), next: undefined };
  const { catalogue, account } = viewer;
  const ownOnly = isAboutSelf(viewer, request);
  const images: DemoImage[] = [];
  let [position, taken, looked] = [request.position, 0, 0];
  for (; position < catalogue.size && taken < maxResults && looked < MOST_POSITIONS; position++) {
    if (ownOnly && !catalogue.mayBelong(position, account)) continue;
    looked++;
    const entry = catalogue.entryAt(position);
    if (!entry || !isInScope(viewer, request, entry)) continue;
    taken++;
    if (isShown(viewer, request, entry.image)) show(viewer, request, entry.image, images);
  }
  return { images, next: position < catalogue.size ? position : undefined };
}

/** Named images are shown deprecated too; one that is not there, or not for this account, refuses the call. */
function listById(viewer: Viewer, request: DescribeImagesRequest): DemoImage[] {
  const images: DemoImage[] = [];
  const missing: string[] = [];
  for (const id of new Set(request.imageIds)) {
    if (!/^a[mkr]i-[0-9a-f]{8,17}$/.test(id))
      throw new Ec2Refusal(400, "InvalidAMIID.Malformed", `Invalid id: "${id}" (expecting "ami-...")`);
    const entry = viewer.catalogue.find(id);
    if (!entry || !isVisible(viewer, entry)) missing.push(id);
    else if (isInScope(viewer, request, entry) && isEnabled(request, entry.image))
      show(viewer, request, entry.image, images);
  }
  if (missing.length > 0)
    throw new Ec2Refusal(
      400,
      "InvalidAMIID.NotFound",
      missing.length === 1
        ? `The image id '[${missing.join()}]' does not exist`
        : `The image ids '[${missing.join(", ")}]' do not exist`,
    );
  return images;
}

function isInScope(viewer: Viewer, { owners, executableBy }: DescribeImagesRequest, entry: CatalogueEntry): boolean {
  if (!isVisible(viewer, entry)) return false;
  if (owners.length > 0 && !owners.some((owner) => isOwner(viewer, owner, entry.image))) return false;
  return executableBy.length === 0 || executableBy.some((who) => isExecutable(viewer, who, entry));
}

/** Public, the account's own, or shared with it; what is not available, only its owner sees. */
function isVisible({ account }: Viewer, { image, sharedWith }: CatalogueEntry): boolean {
  if (image.OwnerId === account) return true;
  return image.State === "available" && (image.Public === true || sharedWith.includes(account));
}

function isOwner({ account }: Viewer, owner: string, image: DemoImage): boolean {
  return image.OwnerId === (owner === "self" ? account : owner) || image.ImageOwnerAlias === owner;
}

/** `all`: public. Else: an explicit launch permission; an owner has none of its own. */
function isExecutable({ account }: Viewer, who: string, { image, sharedWith }: CatalogueEntry): boolean {
  return who === "all" ? image.Public === true : sharedWith.includes(who === "self" ? account : who);
}

function isAboutSelf({ account }: Viewer, { owners, executableBy }: DescribeImagesRequest): boolean {
  return [owners, executableBy].some(
    (list) => list.length > 0 && list.every((who) => who === "self" || who === account),
  );
}

function isShown(viewer: Viewer, request: DescribeImagesRequest, image: DemoImage): boolean {
  if (!isEnabled(request, image)) return false;
  if (request.includeDeprecated || image.OwnerId === viewer.account) return true;
  return image.DeprecationTime === undefined || image.DeprecationTime > viewer.catalogue.now;
}

function isEnabled({ includeDisabled }: DescribeImagesRequest, image: DemoImage): boolean {
  return includeDisabled || image.State !== "disabled";
}

function show(viewer: Viewer, { filter }: DescribeImagesRequest, image: DemoImage, into: DemoImage[]): void {
  const { state, providers } = viewer.allowedImages;
  const told = state === "disabled" ? image : { ...image, ImageAllowed: isAllowed(viewer, providers, image) };
  if ((state !== "enabled" || told.ImageAllowed) && filter(told)) into.push(told);
}

/** The account's own images always are. */
function isAllowed({ account }: Viewer, providers: readonly string[], image: DemoImage): boolean {
  return (
    image.OwnerId === account || providers.includes(image.OwnerId) || providers.includes(image.ImageOwnerAlias ?? "")
  );
}
