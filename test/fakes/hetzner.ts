import { type FakeAnswer, type JsonServer, type SeenRequest, startJsonServer } from "./json-server.ts";

export type FakeHetznerImage = Record<string, unknown>;

/** A small Hetzner Cloud: lists images in pages, for the token of one project. */
export interface FakeHetzner extends JsonServer {
  images: FakeHetznerImage[];
  /** Looked at before all else: an answer of its own for requests of the test's choice. */
  intercept: ((request: SeenRequest) => FakeAnswer | undefined) | undefined;
}

export const TOKEN = "fakeLRK9DAWQ1ZAEFSrCNEEzLCUwhYX1U3g7wMg4dTlkkDC96fyDuyJ39nVbVjCKSDfj";
const PAGE_SIZE = 2;

/** A system image, as the API documents it. */
export function systemImage(n: number, fields: FakeHetznerImage = {}): FakeHetznerImage {
  return {
    id: 161547268 + n,
    type: "system",
    status: "available",
    name: "ubuntu-24.04",
    description: "Ubuntu 24.04 Standard 64 bit",
    image_size: null,
    disk_size: 5,
    created: "2024-04-25T13:26:27Z",
    created_from: null,
    bound_to: null,
    os_flavor: "ubuntu",
    os_version: "24.04",
    rapid_deploy: true,
    protection: { delete: false },
    deprecated: null,
    labels: {},
    deleted: null,
    architecture: "x86",
    ...fields,
  };
}

/** A snapshot of the project, as the API documents it. */
export function snapshotImage(n: number, fields: FakeHetznerImage = {}): FakeHetznerImage {
  return systemImage(n, {
    id: 41 + n,
    type: "snapshot",
    name: null,
    description: "before the upgrade",
    image_size: 2.3,
    disk_size: 10,
    created: "2025-01-30T23:55:00Z",
    created_from: { id: 1, name: "web-1" },
    rapid_deploy: false,
    labels: { environment: "prod", "just-a-key": "" },
    ...fields,
  });
}

export async function startFakeHetzner(): Promise<FakeHetzner> {
  const server = await startJsonServer((request) => {
    const own = cloud.intercept?.(request);
    if (own) return own;
    if (request.headers.authorization !== `Bearer ${TOKEN}`) return refusal(401, "unauthorized");
    return request.path === "/v1/images" ? listImages(cloud, request) : refusal(404, "not_found");
  });
  const cloud: FakeHetzner = { ...server, images: [], intercept: undefined };
  return cloud;
}

/** A refusal as the API words it. */
export function refusal(status: number, code: string): FakeAnswer {
  return { status, json: { error: { code, message: `That is ${code}.`, details: null } } };
}

function listImages({ images }: FakeHetzner, { query }: SeenRequest): FakeAnswer {
  if (Number(query.get("per_page") ?? 25) > 50) return refusal(422, "invalid_input");
  const types = query.getAll("type");
  const found = images.filter(
    ({ type, deprecated }) =>
      (types.length === 0 || types.includes(String(type))) &&
      (query.get("include_deprecated") === "true" || deprecated === null),
  );
  if (query.get("sort") === "created:desc")
    found.sort((a, b) => String(b["created"]).localeCompare(String(a["created"])));
  const page = Number(query.get("page") ?? 1);
  const last_page = Math.max(1, Math.ceil(found.length / PAGE_SIZE));
  const next_page = page < last_page ? page + 1 : null;
  const pagination = { page, per_page: PAGE_SIZE, previous_page: null, next_page, last_page };
  return {
    json: {
      images: found.slice((page - 1) * PAGE_SIZE, page * PAGE_SIZE),
      meta: { pagination: { ...pagination, total_entries: found.length } },
    },
  };
}
