import { type FakeAnswer, type JsonServer, type SeenRequest, startJsonServer } from "./json-server.ts";

type Json = Record<string, unknown>;

interface FakeStorage {
  readonly storage: string;
  readonly content: string;
  readonly shared?: number;
  /** 1 unless told otherwise. */
  readonly active?: number;
  readonly volumes: Json[];
}

/** A small Proxmox VE cluster. What a token has no permission for it leaves out, as the real one. */
export interface FakeProxmox extends JsonServer {
  nodes: Json[];
  /** By node. */
  storages: Record<string, FakeStorage[]>;
  guests: Json[];
  /** Settings of guests, by id. */
  configs: Record<string, Json>;
  /** Looked at after the token: an answer of its own for requests of the test's choice. */
  intercept: ((request: SeenRequest) => FakeAnswer | undefined) | undefined;
}

export const TOKEN_ID = "imagedex@pve!catalogue";
export const TOKEN_SECRET = "aaaaaaaa-bbb-cccc-dddd-ef0123456789";

export function node(name: string, fields: Json = {}): Json {
  return {
    node: name,
    status: "online",
    id: `node/${name}`,
    type: "node",
    level: "",
    ssl_fingerprint: "AA:BB",
    ...fields,
  };
}

/** An ISO image, as a storage's content has it. */
export function iso(n: number, fields: Json = {}): Json {
  return {
    volid: `local:iso/debian-12.${n}.0-amd64-netinst.iso`,
    content: "iso",
    format: "iso",
    size: 659554304,
    ctime: 1712345678,
    ...fields,
  };
}

/** A virtual machine that is a template, as /cluster/resources has it. */
export function guest(vmid: number, fields: Json = {}): Json {
  return {
    id: `qemu/${vmid}`,
    type: "qemu",
    vmid,
    name: `ubuntu-2404-${vmid}`,
    node: "pve1",
    template: 1,
    status: "stopped",
    maxcpu: 2,
    maxmem: 2147483648,
    maxdisk: 3758096384,
    cpu: 0,
    mem: 0,
    disk: 0,
    uptime: 0,
    netin: 0,
    netout: 0,
    diskread: 0,
    diskwrite: 0,
    pool: "golden",
    ...fields,
  };
}

export async function startFakeProxmox(): Promise<FakeProxmox> {
  const server = await startJsonServer((request) => {
    if (request.headers.authorization !== `PVEAPIToken=${TOKEN_ID}=${TOKEN_SECRET}`)
      return { status: 401, json: NOTHING };
    return cluster.intercept?.(request) ?? answer(cluster, request);
  });
  const cluster: FakeProxmox = {
    ...server,
    nodes: [node("pve1")],
    storages: { pve1: [{ storage: "local", content: "iso,vztmpl,backup", volumes: [] }] },
    guests: [],
    configs: {},
    intercept: undefined,
  };
  return cluster;
}

const NOTHING = { data: null };

function answer({ nodes, storages, guests, configs }: FakeProxmox, { path, query }: SeenRequest): FakeAnswer {
  const [, inNode, rest = ""] = /^\/api2\/json\/nodes\/([^/]+)\/(.+)$/.exec(path) ?? [];
  if (path === "/api2/json/nodes") return { json: { data: nodes } };
  if (path === "/api2/json/cluster/resources" && query.get("type") === "vm") return { json: { data: guests } };
  if (path === "/api2/json/cluster/resources" && query.get("type") === "storage") {
    const data = Object.entries(storages).flatMap(([name, held]) =>
      held.map(({ storage, content, shared }) => ({
        id: `storage/${name}/${storage}`,
        node: name,
        type: "storage",
        status: "unknown",
        storage,
        content,
        shared,
      })),
    );
    return { json: { data } };
  }
  if (rest === "storage" && query.get("enabled") === "1") {
    const data = (storages[inNode ?? ""] ?? []).map(({ storage, content, shared, active = 1 }) => {
      return { type: "dir", active, storage, content, shared };
    });
    return { json: { data } };
  }
  const content = /^storage\/([^/]+)\/content$/.exec(rest)?.[1];
  const storage = storages[inNode ?? ""]?.find((one) => one.storage === content);
  if (storage) return { json: { data: storage.volumes } };
  const config = configs[/^(.+)\/config$/.exec(rest)?.[1] ?? ""];
  return config ? { json: { data: config } } : { status: 501, json: NOTHING };
}
