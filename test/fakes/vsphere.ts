import { type FakeAnswer, type JsonServer, type SeenRequest, startJsonServer } from "./json-server.ts";

type Json = Record<string, unknown>;

interface FakeLibrary {
  readonly id: string;
  readonly items: Json[];
  readonly fields?: Json;
}

/** A small vCenter: sessions, content libraries, their items, and the machines of templates. */
export interface FakeVcenter extends JsonServer {
  libraries: FakeLibrary[];
  /** By item. */
  machines: Record<string, Json>;
  /** Whom sessions are of, where the vCenter tells. */
  user: unknown;
  /** Sessions are good for this many requests. */
  sessionUses: number;
  /** Sessions that are open. */
  readonly sessions: Map<string, number>;
  /** Looked at after the session: an answer of its own for requests of the test's choice. */
  intercept: ((request: SeenRequest) => FakeAnswer | undefined) | undefined;
}

export const USER = "imagedex@vsphere.local";
export const PASSWORD = "Pass:wörd!";

/** An OVF package, as the API documents an item. */
export function item(n: number, fields: Json = {}): Json {
  return {
    id: `8f2b2d5c-6a1d-4f6a-9c0e-${String(n).padStart(12, "0")}`,
    library_id: "b6e0d0ab-1f6a-4d0a-8d7b-6c1f4f3e0001",
    name: `ubuntu-24.04-server-${n}`,
    description: "Ubuntu 24.04 LTS",
    type: "ovf",
    size: 590397952,
    cached: true,
    version: "2",
    content_version: "2",
    metadata_version: "1",
    creation_time: "2025-03-14T09:26:53.589Z",
    last_modified_time: "2025-03-15T10:00:00.000Z",
    security_compliance: true,
    ...fields,
  };
}

export async function startFakeVcenter(): Promise<FakeVcenter> {
  const sessions = new Map<string, number>();
  let opened = 0;
  const server = await startJsonServer((request) => {
    if (request.path === "/api/session" && request.method === "POST") {
      const expected = `Basic ${Buffer.from(`${USER}:${PASSWORD}`).toString("base64")}`;
      if (request.headers.authorization !== expected) return refusal(401, "UNAUTHENTICATED");
      const token = `session-${++opened}`;
      sessions.set(token, vcenter.sessionUses);
      return { status: 201, json: token };
    }
    const token = String(request.headers["vmware-api-session-id"]);
    const usesLeft = sessions.get(token) ?? 0;
    if (usesLeft <= 0) return refusal(401, "UNAUTHENTICATED");
    if (request.path === "/api/session" && request.method === "GET" && vcenter.user !== undefined)
      return { json: { user: vcenter.user, created_time: "2026-11-28T10:00:00.000Z" } };
    if (request.method === "DELETE") return sessions.delete(token) ? { status: 204 } : refusal(404, "NOT_FOUND");
    sessions.set(token, usesLeft - 1);
    return vcenter.intercept?.(request) ?? answer(vcenter, request);
  });
  const vcenter: FakeVcenter = {
    ...server,
    libraries: [],
    machines: {},
    user: "VSPHERE.LOCAL\\imagedex",
    sessionUses: Infinity,
    sessions,
    intercept: undefined,
  };
  return vcenter;
}

/** A refusal as the Automation API words it. */
export function refusal(status: number, error_type: string): FakeAnswer {
  return { status, json: { error_type, messages: [{ args: [], default_message: `It is ${error_type}.`, id: "x" }] } };
}

function answer({ libraries, machines }: FakeVcenter, { path, query }: SeenRequest): FakeAnswer {
  if (path === "/api/content/library") return { json: libraries.map(({ id }) => id) };
  if (path === "/api/content/library/item") {
    const library = libraries.find(({ id }) => id === query.get("library_id"));
    return library ? { json: library.items.map(({ id }) => id) } : refusal(404, "NOT_FOUND");
  }
  const [, kind, id] =
    /^\/api\/(content\/library|content\/library\/item|vcenter\/vm-template\/library-items)\/([^/]+)$/.exec(path) ?? [];
  const library = libraries.find((one) => one.id === id);
  const found = {
    "content/library": library && { id, name: "golden", type: "LOCAL", ...library.fields },
    "content/library/item": libraries.flatMap(({ items }) => items).find((one) => one["id"] === id),
    "vcenter/vm-template/library-items": machines[id ?? ""],
  }[kind ?? ""];
  return found ? { json: found } : refusal(404, "NOT_FOUND");
}
