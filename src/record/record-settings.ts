import { resolve } from "node:path";
import { z } from "zod";

/** Where a server is one of several that share a record. */
export interface RecordSettings {
  readonly url: string;
  /** Seconds without the record after which a node is not ready. */
  readonly maxLag: number;
  /** Whether it lists clouds, or only answers. */
  readonly syncs: boolean;
}

const TLS_MODES = ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"];
const URL_FORM = /^postgres(ql)?:\/\/([^/@]*@)?[^/@]+\/[^/?]+(\?.*)?$/;

/** Whether a database is a record, and no file. */
function isRecordUrl(database: string): boolean {
  return /^postgres(ql)?:\/\//.test(database);
}

/** A host's name, an address of version 6 in brackets, or a socket's folder; perhaps with a port. */
const PLACE = /^(?:\[[^[\]]+\]|[^:[\]\s]*)(?::(\d{1,5}))?$/;
const HIGHEST_PORT = 65_535;

/** Whether places and percent signs are such that whoever reads the URL can read it to its end. */
function isReadable(url: string): boolean {
  const places = /^\w+:\/\/(?:[^@/]*@)?([^/]+)/.exec(url)?.[1]?.split(",") ?? [];
  const arePlaces = places.every((place) => {
    const found = PLACE.exec(place);
    return found !== null && Number(found[1] ?? 0) <= HIGHEST_PORT;
  });
  return arePlaces && isDecodable(url.split("?")[0] ?? "");
}

function isDecodable(text: string): boolean {
  try {
    return decodeURIComponent(text) !== "";
  } catch {
    return false;
  }
}

function tlsModeIn(url: string): string | null {
  return new URLSearchParams(url.split("?")[1]).get("sslmode");
}

/** The settings that say where the catalogue is. */
export const databaseSettings = {
  IMAGEDEX_DATABASE: z
    .string()
    .min(1, "expected the path of a file")
    .refine((text) => !/^\w+:\/\//.test(text) || isRecordUrl(text), "expected the path of a file, or postgres://…")
    .refine((text) => !isRecordUrl(text) || URL_FORM.test(text), "expected postgres://USER@HOST/DATABASE")
    .refine(
      (text) => !isRecordUrl(text) || isReadable(text),
      "expected hosts such as db1.example.org:5432 or [::1]:5432, and a percent sign written as %25",
    )
    .refine(
      (text) => !isRecordUrl(text) || TLS_MODES.includes(tlsModeIn(text) ?? "disable"),
      `sslmode: expected one of ${TLS_MODES.join(", ")}`,
    )
    .default("./data/imagedex.db")
    .describe(
      "The SQLite file; or `postgres://USER@HOST,HOST/DATABASE`, which makes the server a node of several (see [past one machine](past-one-machine.md)).",
    ),
  IMAGEDEX_REPLICA: z
    .string()
    .min(1, "expected the path of a file")
    .regex(/^(?!\w+:\/\/)/, "expected the path of a file, not a URL")
    .default("./data/imagedex.db")
    .describe("For a node: its own file, a copy of the record. You may delete it at any time."),
  IMAGEDEX_SYNCS: z
    .enum(["true", "false"], "expected true or false")
    .transform((value) => value === "true")
    .default(true)
    .describe("For a node: `false` leaves listing clouds and sending to webhooks to other nodes."),
  IMAGEDEX_MAX_LAG: z
    .string()
    .regex(/^[1-9]\d{0,6}$/, "expected seconds, such as 300")
    .transform(Number)
    .default(300)
    .describe(
      "For a node: after so many seconds without the record it is not ready, and accepts only the tokens of `IMAGEDEX_TOKENS`.",
    ),
};

const OF_NODES = ["IMAGEDEX_REPLICA", "IMAGEDEX_SYNCS", "IMAGEDEX_MAX_LAG"];

/** Where the catalogue is: a file, or a node's file and its record. */
export function readDatabase(values: z.infer<z.ZodObject<typeof databaseSettings>>): {
  readonly database: string;
  readonly record?: RecordSettings;
} {
  const { IMAGEDEX_DATABASE: database, IMAGEDEX_MAX_LAG: maxLag, IMAGEDEX_SYNCS: syncs } = values;
  if (!isRecordUrl(database)) return { database: resolve(database) };
  return { database: resolve(values.IMAGEDEX_REPLICA), record: { url: database, maxLag, syncs } };
}

/** What is wrong with the settings of a node, taken together. */
export function problemsOfNode(given: Readonly<Record<string, string | undefined>>): string[] {
  if (!isRecordUrl(given["IMAGEDEX_DATABASE"] ?? ""))
    return OF_NODES.filter((name) => given[name] !== undefined).map(
      (name) => `${name}: only for nodes; expected IMAGEDEX_DATABASE=postgres://… beside it`,
    );
  return given["IMAGEDEX_SECRET_KEY"] === undefined
    ? ["IMAGEDEX_SECRET_KEY: a record (postgres://…) needs it; expected the same key on every node"]
    : [];
}
