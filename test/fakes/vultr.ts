import { type FakeAnswer, type JsonServer, type SeenRequest, startJsonServer } from "./json-server.ts";

export type FakeVultrItem = Record<string, unknown>;

/** A small Vultr: five lists, in pages that are found by cursors. */
export interface FakeVultr extends JsonServer {
  /** By the names of their paths behind `/v2/`. */
  lists: Record<string, FakeVultrItem[]>;
  /** Looked at before all else: an answer of its own for requests of the test's choice. */
  intercept: ((request: SeenRequest) => FakeAnswer | undefined) | undefined;
}

export const TOKEN = "FAKEVULTRKEY7Q3N5T2J4XW6";
const PAGE_SIZE = 2;
/** What the answers call the items of each list. */
const ITEMS: Record<string, string> = {
  os: "os",
  applications: "applications",
  "iso-public": "public_isos",
  snapshots: "snapshots",
  iso: "isos",
};

// Items as the API documents them.

export function os(n: number, fields: FakeVultrItem = {}): FakeVultrItem {
  return { id: 1742 + n, name: "Ubuntu 22.04 LTS x64", arch: "x64", family: "ubuntu", ...fields };
}

export function application(n: number, fields: FakeVultrItem = {}): FakeVultrItem {
  return {
    id: n,
    name: "LEMP",
    short_name: "lemp",
    deploy_name: "LEMP on CentOS 6 x64",
    type: "one-click",
    vendor: "vultr",
    image_id: "",
    ...fields,
  };
}

export function publicIso(n: number, fields: FakeVultrItem = {}): FakeVultrItem {
  return {
    id: `cb676a46-66fd-4dfb-b839-443f2e6c0b${n + 10}`,
    name: "CentOS 7",
    description: "7 x86_64 Minimal",
    md5sum: "7f4df50f42ee1b52b193e79855a3aa19",
    ...fields,
  };
}

export function snapshot(n: number, fields: FakeVultrItem = {}): FakeVultrItem {
  return {
    id: `885ee0f4-f263-4bd8-a36e-5bee13fd23${n + 10}`,
    date_created: "2020-10-10T01:56:20+00:00",
    description: "Example Snapshot",
    size: 42949672960,
    compressed_size: 949678560,
    status: "complete",
    os_id: 215,
    app_id: 0,
    ...fields,
  };
}

export function ownIso(n: number, fields: FakeVultrItem = {}): FakeVultrItem {
  return {
    id: `24676a46-66fd-4dfb-b839-1415325362${n + 10}`,
    date_created: "2020-10-10T01:56:20+00:00",
    filename: "my-iso.iso",
    size: 120586240,
    md5sum: "77ba289bdc966ec996278a5a740d96d8",
    sha512sum: "2b31b6fcab34d6ea9a6b293601c39b90cb044e5679fcc5f71838e9a8dc",
    status: "complete",
    ...fields,
  };
}

export async function startFakeVultr(): Promise<FakeVultr> {
  const server = await startJsonServer((request) => {
    const own = cloud.intercept?.(request);
    if (own) return own;
    if (request.headers.authorization !== `Bearer ${TOKEN}`) return refusal(401, "Invalid API token.");
    return answerList(cloud, request);
  });
  const cloud: FakeVultr = { ...server, lists: {}, intercept: undefined };
  return cloud;
}

/** A refusal as the API words it. */
export function refusal(status: number, error: string): FakeAnswer {
  return { status, json: { error, status } };
}

function answerList({ lists }: FakeVultr, { path, query }: SeenRequest): FakeAnswer {
  const list = path.replace("/v2/", "");
  const name = ITEMS[list];
  if (name === undefined) return refusal(404, "Invalid resource.");
  if (Number(query.get("per_page") ?? 100) > 500) return refusal(400, "Invalid per_page.");
  const all = lists[list] ?? [];
  const from = Number(atob(query.get("cursor") ?? "").replace("next__", ""));
  const to = from + PAGE_SIZE;
  const next = to < all.length ? btoa(`next__${to}`) : "";
  return { json: { [name]: all.slice(from, to), meta: { total: all.length, links: { next, prev: "" } } } };
}
