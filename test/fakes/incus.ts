import { X509Certificate } from "node:crypto";
import { type FakeAnswer, type JsonServer, type SeenRequest, startJsonServer } from "./json-server.ts";
import { CLIENT, SERVER } from "./tls-pairs.ts";

export type FakeIncusImage = Record<string, unknown>;

/** A small Incus with projects. Who is not trusted gets 200 too, and public images alone, as from the real one. */
export interface FakeIncus extends JsonServer {
  /** Images by project. */
  projects: Record<string, FakeIncusImage[]>;
  /** Projects without images of their own: they show the default one's. */
  borrowers: string[];
  /** What the server says of who asks, beside whether it trusts them. */
  client: Record<string, unknown>;
  /** Looked at before all else: an answer of its own for requests of the test's choice. */
  intercept: ((request: SeenRequest) => FakeAnswer | undefined) | undefined;
}

export const TOKEN = "eyJhbGciOiJFUzM4NCJ9.fake.token";
const TRUSTED = new X509Certificate(CLIENT.certificate).fingerprint256;

/** An image as the API documents it. */
export function incusImage(n: number, fields: FakeIncusImage = {}): FakeIncusImage {
  return {
    aliases: [{ name: `ubuntu-22.04-${n}`, description: "Our preferred Ubuntu image" }],
    architecture: "x86_64",
    auto_update: true,
    cached: false,
    created_at: "2021-03-23T20:00:00-04:00",
    expires_at: "0001-01-01T00:00:00Z",
    filename: "06b86454720d36b20f94e31c6812e05ec51c1b568cf3a8abd273769d213394bb.rootfs",
    fingerprint: `06b86454720d36b20f94e31c6812e05ec51c1b568cf3a8abd273769d2133${String(n).padStart(4, "0")}`,
    last_used_at: "2021-03-22T20:39:00.575185384-04:00",
    profiles: ["default"],
    project: "default",
    properties: { os: "Ubuntu", release: "jammy", variant: "cloud", description: "Ubuntu jammy amd64 (20210323)" },
    public: false,
    size: 272237676,
    type: "container",
    update_source: { alias: "jammy", protocol: "simplestreams", server: "https://images.linuxcontainers.org" },
    uploaded_at: "2021-03-24T14:18:15.115036787-04:00",
    ...fields,
  };
}

export async function startFakeIncus({ isTls }: { isTls: boolean }): Promise<FakeIncus> {
  const server = await startJsonServer(
    (request) => incus.intercept?.(request) ?? answer(incus, request),
    isTls ? { tls: SERVER } : {},
  );
  const incus: FakeIncus = { ...server, projects: { default: [] }, borrowers: [], client: {}, intercept: undefined };
  return incus;
}

export function refusal(status: number, error: string): FakeAnswer {
  return { status, json: { error, error_code: status, type: "error" } };
}

function answer(
  { projects, borrowers, client }: FakeIncus,
  { path, query, headers, clientCertificate }: SeenRequest,
): FakeAnswer {
  const isTrusted = headers.authorization === `Bearer ${TOKEN}` || clientCertificate === TRUSTED;
  if (path === "/1.0") return sync({ api_version: "1.0", auth: isTrusted ? "trusted" : "untrusted", ...client });
  if (path === "/1.0/projects" && query.get("recursion") === "1") {
    if (!isTrusted) return refusal(403, "not authorized");
    const own = Object.keys(projects).map((name) => ({ name, config: { "features.images": "true" } }));
    return sync([...borrowers.map((name) => ({ name, config: { "features.images": "false" } })), ...own]);
  }
  if (path !== "/1.0/images" || query.get("recursion") !== "1") return refusal(404, "not found");
  const project = query.get("project") ?? "default";
  const images = projects[borrowers.includes(project) ? "default" : project];
  if (!images) return refusal(404, "Project not found");
  return sync(images.filter((image) => isTrusted || image["public"] === true));
}

function sync(metadata: unknown): FakeAnswer {
  return {
    json: { type: "sync", status: "Success", status_code: 200, operation: "", error_code: 0, error: "", metadata },
  };
}
