import {
  type FakeAnswer,
  type JsonServer,
  type JsonServerOptions,
  type SeenRequest,
  startJsonServer,
} from "./json-server.ts";

type Json = Record<string, unknown>;

/** A small engine: its images as a list, and each by itself. */
export interface FakeDocker extends JsonServer {
  /** As the list has them. */
  images: Json[];
  /** What an image says of itself, beyond the usual, by id. */
  inspected: Record<string, Json>;
  /** Looked at before all else: an answer of its own for requests of the test's choice. */
  intercept: ((request: SeenRequest) => FakeAnswer | undefined) | undefined;
}

export function idOf(n: number): string {
  return `sha256:${n.toString(16).padStart(64, "4")}`;
}

/** An image as an engine of API 1.41 lists it. */
export function summary(n: number, fields: Json = {}): Json {
  return {
    Containers: -1,
    Created: 1795477367,
    Id: idOf(n),
    Labels: { "org.opencontainers.image.description": "A small one", maintainer: "kim" },
    ParentId: "",
    RepoDigests: [`lab/small-${n}@sha256:${n.toString(16).padStart(64, "d")}`],
    RepoTags: [`lab/small-${n}:latest`],
    SharedSize: -1,
    Size: 3,
    VirtualSize: 3,
    ...fields,
  };
}

export async function startFakeDocker(options: JsonServerOptions = {}): Promise<FakeDocker> {
  const server = await startJsonServer((request) => docker.intercept?.(request) ?? answer(docker, request), options);
  const docker: FakeDocker = { ...server, images: [], inspected: {}, intercept: undefined };
  return docker;
}

export function refusal(status: number, message: string): FakeAnswer {
  return { status, json: { message } };
}

function answer({ images, inspected }: FakeDocker, { method, path, query }: SeenRequest): FakeAnswer {
  if (method !== "GET") return refusal(405, "only for reading");
  if (path === "/images/json") return query.get("all") === "false" ? { json: images } : refusal(400, "all");
  const id = decodeURIComponent(/^\/images\/([^/]+)\/json$/.exec(path)?.[1] ?? "");
  if (!images.some((image) => image["Id"] === id)) return refusal(404, `No such image: ${id}`);
  return {
    json: {
      Id: id,
      Created: "2026-11-23T23:42:47.353194125Z",
      Architecture: "arm64",
      Variant: "v8",
      Os: "linux",
      Author: "",
      Comment: "Imported from -",
      DockerVersion: "20.10.24+dfsg1",
      Config: { Env: ["TOKEN=do-not-show"], Cmd: null },
      ...inspected[id],
    },
  };
}
