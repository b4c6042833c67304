import { createHash } from "node:crypto";
import {
  type FakeAnswer,
  type JsonServer,
  type JsonServerOptions,
  type SeenRequest,
  startJsonServer,
} from "./json-server.ts";

type Json = Record<string, unknown>;

/** A small simplestreams server: an index and the files it names, of two AMIs each unless the test brings its own. */
export interface FakeStreams extends JsonServer {
  /** The entries of the index, by content id. */
  index: Record<string, Json>;
  /** The files by path. */
  files: Record<string, unknown>;
  /** Publishes a product file, and names it in the index. */
  publish(contentId: string, file: Json, entry?: Json): void;
  /** Whether answers have an `ETag`, and none is sent again to who has it. */
  hasETags: boolean;
  /** Looked at before all else: an answer of its own for requests of the test's choice. */
  intercept: ((request: SeenRequest) => FakeAnswer | undefined) | undefined;
}

/** Below this path the streams lie, as Ubuntu's released ones lie below `/releases`. */
export const ROOT = "/releases";
const PRODUCT = "com.ubuntu.cloud:server:22.04:amd64";

/** A file of Canonical's AMIs, one version of one product, with these items. */
export function awsFile(items: Json, version: Json = {}, product: Json = {}): Json {
  return {
    _aliases: {
      crsn: {
        "us-east-1": { endpoint: "https://ec2.us-east-1.amazonaws.com", region: "us-east-1" },
        "eu-west-2": { endpoint: "https://ec2.eu-west-2.amazonaws.com", region: "eu-west-2" },
      },
    },
    content_id: "com.ubuntu.cloud:released:aws",
    datatype: "image-ids",
    format: "products:1.0",
    updated: "Mon, 23 Mar 2026 17:56:57 +0000",
    products: {
      [PRODUCT]: {
        aliases: "22.04,default,j,jammy,lts",
        arch: "amd64",
        os: "ubuntu",
        release: "jammy",
        release_codename: "Jammy Jellyfish",
        release_title: "22.04 LTS",
        support_eol: "2027-06-01",
        supported: true,
        version: "22.04",
        versions: {
          "20220420": {
            items,
            label: "release",
            pubname: "ubuntu-jammy-22.04-amd64-server-20220420",
            ...version,
          },
        },
        ...product,
      },
    },
  };
}

export function ami(n: number, fields: Json = {}): Json {
  return { root_store: "ssd", virt: "hvm", crsn: "us-east-1", id: `ami-0d6dbe86047401${n}`, ...fields };
}

/** A file of images for Incus and LXD, as images.linuxcontainers.org has them. */
export function incusFile(items: Json): Json {
  return {
    content_id: "images",
    datatype: "image-downloads",
    format: "products:1.0",
    products: {
      "ubuntu:jammy:amd64:default": {
        aliases: "ubuntu/jammy/default,ubuntu/jammy",
        arch: "amd64",
        os: "Ubuntu",
        release: "jammy",
        release_title: "jammy",
        requirements: { secureboot: "false" },
        variant: "default",
        versions: { "20220530_08:32": { items } },
      },
    },
  };
}

export async function startFakeStreams(options: JsonServerOptions = {}): Promise<FakeStreams> {
  const server = await startJsonServer((request) => {
    const own = streams.intercept?.(request);
    if (own) return own;
    if (!request.path.startsWith(`${ROOT}/`)) return NOT_FOUND;
    const path = request.path.slice(ROOT.length + 1);
    if (path === "streams/v1/index.json")
      return tagged(streams, request, { format: "index:1.0", index: streams.index });
    return path in streams.files ? tagged(streams, request, streams.files[path]) : NOT_FOUND;
  }, options);
  const streams: FakeStreams = {
    ...server,
    index: {},
    files: {},
    hasETags: false,
    publish(contentId, file, entry = {}) {
      const path = `streams/v1/${contentId}.json`;
      streams.files[path] = file;
      const products = Object.keys(Object(file["products"]));
      streams.index[contentId] = { datatype: file["datatype"], format: "products:1.0", path, products, ...entry };
    },
    intercept: undefined,
  };
  return streams;
}

const NOT_FOUND: FakeAnswer = { status: 404, html: "<html><h1>Not Found</h1></html>" };

function tagged({ hasETags }: FakeStreams, { headers }: SeenRequest, json: unknown): FakeAnswer {
  if (!hasETags) return { json };
  const etag = `"${createHash("sha1").update(JSON.stringify(json)).digest("hex")}"`;
  return headers["if-none-match"] === etag ? { status: 304, headers: { etag } } : { json, headers: { etag } };
}
