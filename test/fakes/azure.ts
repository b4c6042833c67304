import { type FakeAnswer, type JsonServer, type SeenRequest, startJsonServer } from "./json-server.ts";

export type FakeResource = Record<string, unknown>;
/** Versions by SKU by offer by publisher. */
export type FakeShelves = Record<string, Record<string, Record<string, FakeResource[]>>>;

export interface FakeGallery {
  readonly name: string;
  readonly permissions?: string;
  /** Versions by definition. */
  readonly images: Record<string, { readonly properties?: FakeResource; readonly versions: FakeResource[] }>;
}

/** A small Azure: sign-in, Resource Manager's compute lists, and Resource Graph's community galleries. */
export interface FakeAzure extends JsonServer {
  shelves: FakeShelves;
  images: FakeResource[];
  galleries: FakeGallery[];
  /** Shared with the subscription, by their unique names; and with its tenant. */
  shared: Record<string, FakeGallery>;
  sharedWithTenant: Record<string, FakeGallery>;
  /** Rows of Resource Graph, definitions and versions. */
  community: FakeResource[];
  /** Access tokens are good for this many requests. */
  tokenUses: number;
  intercept: ((request: SeenRequest) => FakeAnswer | undefined) | undefined;
}

export const SUBSCRIPTION = "6356d509-cdce-4a30-922d-ff7346a15a65";
export const TENANT = "11d0f9d1-0000-4000-8000-ae1a2c3c0001";
export const CLIENT_ID = "5f2b6a6e-0000-4000-8000-5d4b2d1c0002";
export const SECRET = "Xyz8Q~secret+of/the=client";
export const IMAGES_PATH = `/subscriptions/${SUBSCRIPTION}/providers/Microsoft.Compute`;

const PAGE_SIZE = 2;
const NOT_FOUND: FakeAnswer = {
  status: 404,
  json: { error: { code: "NotFound", message: "Artifact: VMImage was not found." } },
};

/** A version of a SKU, as lists with properties have it. */
export function marketplaceVersion(name: string, properties: FakeResource = {}): FakeResource {
  return {
    location: "westeurope",
    name,
    id: `/Subscriptions/${SUBSCRIPTION}/Providers/Microsoft.Compute/Locations/westeurope/…/Versions/${name}`,
    properties: {
      hyperVGeneration: "V2",
      architecture: "x64",
      replicaType: "Managed",
      osDiskImage: { operatingSystem: "Linux", sizeInGb: 30 },
      imageDeprecationStatus: { imageState: "Active" },
      features: [{ name: "SecurityType", value: "TrustedLaunchSupported" }],
      ...properties,
    },
  };
}

/** An image of the subscription itself. */
export function managedImage(n: number, fields: FakeResource = {}): FakeResource {
  return {
    id: `/subscriptions/${SUBSCRIPTION}/resourceGroups/lab/providers/Microsoft.Compute/images/golden-${n}`,
    name: `golden-${n}`,
    type: "Microsoft.Compute/images",
    location: "westeurope",
    tags: { team: "platform" },
    properties: {
      storageProfile: { osDisk: { osType: "Linux", osState: "Generalized", diskSizeGB: 30 }, dataDisks: [] },
      provisioningState: "Succeeded",
      hyperVGeneration: "V2",
    },
    ...fields,
  };
}

export async function startFakeAzure(): Promise<FakeAzure> {
  const tokens = new Map<string, number>();
  const server = await startJsonServer((request) => {
    const { method, path } = request;
    if (path === "/metadata/endpoints") return { json: { authentication: endpoints(cloud) } };
    if (method === "POST" && path.endsWith("/oauth2/v2.0/token")) return issueToken(cloud, tokens, request);
    const own = cloud.intercept?.(request);
    if (own) return own;
    if (!mayRead(tokens, request)) {
      return { status: 401, json: { error: { code: "ExpiredAuthenticationToken", message: "The token expired." } } };
    }
    if (method === "POST" && path === "/providers/Microsoft.ResourceGraph/resources") return askGraph(cloud, request);
    return listOf(cloud, request);
  });
  const cloud: FakeAzure = {
    ...server,
    shelves: {},
    images: [],
    galleries: [],
    shared: {},
    sharedWithTenant: {},
    community: [],
    tokenUses: Infinity,
    intercept: undefined,
  };
  return cloud;
}

function endpoints({ url }: FakeAzure): FakeResource {
  return { loginEndpoint: `${url}/login`, audiences: [`${url}/audience/`] };
}

function issueToken(cloud: FakeAzure, tokens: Map<string, number>, { path, body }: SeenRequest): FakeAnswer {
  const expected = {
    grant_type: "client_credentials",
    client_id: CLIENT_ID,
    client_secret: SECRET,
    scope: `${cloud.url}/audience/.default`,
  };
  if (path !== `/login/${TENANT}/oauth2/v2.0/token` || JSON.stringify(body) !== JSON.stringify(expected)) {
    return {
      status: 401,
      json: { error: "invalid_client", error_description: "AADSTS7000215: Invalid client secret" },
    };
  }
  const token = `azure-token-${tokens.size + 1}`;
  tokens.set(token, cloud.tokenUses);
  return { json: { token_type: "Bearer", expires_in: 3599, access_token: token } };
}

function mayRead(tokens: Map<string, number>, { headers }: SeenRequest): boolean {
  const token = String(headers.authorization).replace(/^Bearer /, "");
  const usesLeft = tokens.get(token) ?? 0;
  tokens.set(token, usesLeft - 1);
  return usesLeft > 0;
}

function listOf(cloud: FakeAzure, request: SeenRequest): FakeAnswer {
  const path = decodeURIComponent(request.path);
  if (!path.startsWith(`${IMAGES_PATH}/`) || !request.query.has("api-version")) return NOT_FOUND;
  const [top, ...rest] = path.slice(IMAGES_PATH.length + 1).split("/");
  if (top === "images") return paged(cloud, cloud.images, request);
  if (top === "galleries") return ofOwnGalleries(cloud, rest, request);
  const [location, kind, ...below] = rest;
  if (top !== "locations" || location !== "westeurope") return NOT_FOUND;
  if (kind === "publishers") return ofMarketplace(cloud, below, request);
  if (kind === "sharedGalleries") return ofSharedGalleries(cloud, below, request);
  return NOT_FOUND;
}

/** Bare arrays, without pages, and without properties unless these are asked for. */
function ofMarketplace({ shelves }: FakeAzure, parts: string[], { query }: SeenRequest): FakeAnswer {
  const [publisher, , , , offer, , sku] = parts;
  const names = (of: object): FakeAnswer => ({
    json: Object.keys(of).map((name) => ({ location: "westeurope", name })),
  });
  if (publisher === undefined) return names(shelves);
  const offers = shelves[publisher];
  if (!offers) return NOT_FOUND;
  if (offer === undefined) return names(offers);
  const skus = offers[offer];
  if (!skus) return NOT_FOUND;
  if (sku === undefined) return names(skus);
  const isWhole = query.get("$expand") === "properties/imageDeprecationStatus";
  const versions = skus[sku];
  return versions ? { json: isWhole ? versions : versions.map((v) => ({ ...v, properties: undefined })) } : NOT_FOUND;
}

function ofOwnGalleries(cloud: FakeAzure, parts: string[], request: SeenRequest): FakeAnswer {
  const [name, , definition] = parts;
  if (name === undefined) {
    const galleries = cloud.galleries.map(({ name: of, permissions }) => ({
      id: `${IMAGES_PATH}/galleries/${of}`,
      name: of,
      location: "northeurope",
      properties: { sharingProfile: { permissions } },
    }));
    return paged(cloud, galleries, request);
  }
  return ofGallery(
    cloud,
    cloud.galleries.find((one) => one.name === name),
    definition,
    request,
  );
}

function ofSharedGalleries(cloud: FakeAzure, parts: string[], request: SeenRequest): FakeAnswer {
  const shared = request.query.get("sharedTo") === "tenant" ? cloud.sharedWithTenant : cloud.shared;
  const [uniqueName, , definition] = parts;
  if (uniqueName !== undefined) return ofGallery(cloud, shared[uniqueName], definition, request);
  const galleries = Object.entries(shared).map(([unique, { name }]) => ({
    identifier: { uniqueId: `/SharedGalleries/${unique}` },
    name,
    location: "westeurope",
  }));
  return paged(cloud, galleries, request);
}

function ofGallery(
  cloud: FakeAzure,
  gallery: FakeGallery | undefined,
  definition: string | undefined,
  request: SeenRequest,
): FakeAnswer {
  if (!gallery) return NOT_FOUND;
  const definitions = Object.entries(gallery.images).map(([name, { properties }]) => ({ name, properties }));
  return paged(cloud, definition === undefined ? definitions : (gallery.images[definition]?.versions ?? []), request);
}

function paged(cloud: FakeAzure, items: readonly unknown[], { path, query }: SeenRequest): FakeAnswer {
  const from = Number(query.get("$skiptoken") ?? 0);
  const next = new URLSearchParams(query);
  next.set("$skiptoken", String(from + PAGE_SIZE));
  const nextLink = from + PAGE_SIZE < items.length ? `${cloud.url}${path}?${next.toString()}` : undefined;
  return { json: { value: items.slice(from, from + PAGE_SIZE), nextLink } };
}

function askGraph({ community }: FakeAzure, { body }: SeenRequest): FakeAnswer {
  const { query, subscriptions, options } = body as {
    query: string;
    subscriptions: string[];
    options: { resultFormat: string; $skipToken?: string };
  };
  const [, type, location] =
    /^communitygalleryresources \| where type =~ '(.+)' and location =~ '(.+)' \| order by id asc$/.exec(query) ?? [];
  if (!type || subscriptions[0] !== SUBSCRIPTION || options.resultFormat !== "objectArray") {
    return { status: 400, json: { error: { code: "BadRequest", message: "Query is invalid." } } };
  }
  const rows = community.filter((row) => row["type"] === type && row["location"] === location);
  const from = Number(options.$skipToken ?? 0);
  const more = from + PAGE_SIZE < rows.length ? { $skipToken: String(from + PAGE_SIZE) } : {};
  return {
    json: { totalRecords: rows.length, data: rows.slice(from, from + PAGE_SIZE), resultTruncated: "false", ...more },
  };
}

/** A row of Resource Graph: a definition, or a version of one. */
export function communityRow(place: string, properties: FakeResource = {}): FakeResource {
  const isVersion = place.split("/").length === 3;
  const [gallery, image, version] = place.split("/");
  const path = `${IMAGES_PATH}/locations/westeurope/communityGalleries/${gallery}/images/${image}`;
  return {
    id: isVersion ? `${path}/versions/${version}` : path,
    name: isVersion ? version : image,
    type: `microsoft.compute/locations/communitygalleries/images${isVersion ? "/versions" : ""}`,
    location: "westeurope",
    properties,
  };
}
