import { existsSync, readFileSync, statSync } from "node:fs";
import { parseEnv } from "node:util";
import ipaddr from "ipaddr.js";
import { validateDetailed } from "node-cron";
import { z } from "zod";
import { KEEP_CHANGES } from "./catalogue/listing/commit-listing.ts";
import { KEEP_RETIRED } from "./catalogue/listing/forget-retired.ts";
import { LEAST_KEY_LENGTH } from "./catalogue/file/secret-key.ts";
import { ConfigError } from "./errors.ts";
import { awsSettings } from "./aws-settings.ts";
import { didYouMean } from "./near-names.ts";
import { databaseSettings, problemsOfNode, readDatabase, type RecordSettings } from "./record/record-settings.ts";
import { type AccessToken, hashToken } from "./access/access-token.ts";

/** Everything an operator may set, checked. */
export interface Config {
  /** The file: the catalogue, or a node's copy of its record. */
  readonly database: string;
  /** Undefined: the file is the record. */
  readonly record?: RecordSettings | undefined;
  readonly host: string;
  readonly port: number;
  /** Processes that answer. */
  readonly workers: number;
  /** A cron expression: when backends without a poll interval of their own are synced. */
  readonly syncCron: string;
  /** Seconds between two probes for what is new; 0: none. */
  readonly probeInterval: number;
  readonly maxShrink: number;
  /** Days for which the journal of changes is kept. */
  readonly keepChanges: number;
  /** Days for which retired images are kept. */
  readonly keepRetired: number;
  /** Who may ask over HTTP, beside the catalogue's tokens; without any of either everybody, on a loopback address only. */
  readonly tokens: readonly AccessToken[];
  /** What commands with --server show to the server that they ask. */
  readonly token?: string | undefined;
  /** Requests a minute of each token, or of each address without one; 0: any number. */
  readonly rateLimit: number | undefined;
  /** Pages of these origins may ask, with a token of theirs. */
  readonly corsOrigins: readonly string[];
  /** Addresses and networks of proxies whose X-Forwarded headers are believed. */
  readonly trustedProxies: readonly string[];
  /** Undefined: the key is in a file beside the database. */
  readonly secretKey: string | undefined;
  readonly logLevel: "fatal" | "error" | "warn" | "info" | "debug" | "silent";
  readonly allowLinkLocal: boolean;
  /** Where AWS's own clients are told to find EC2 and STS, if not at AWS. */
  readonly ec2Endpoint?: string | undefined;
  readonly stsEndpoint?: string | undefined;
  /** The profile that they are told to use. */
  readonly awsProfile?: string | undefined;
}

/** What OpenStack's own clients read of the environment, and where a user's files are. */
export function readOpenstackEnvironment(): { readonly [name: string]: string } {
  const wanted = Object.entries(process.env).filter(
    ([name]) => name.startsWith("OS_") || name === "HOME" || name === "XDG_CONFIG_HOME",
  );
  return Object.fromEntries(wanted.flatMap(([name, value]) => (value ? [[name, value]] : [])));
}

const flag = z.enum(["true", "false"], "expected true or false").transform((value) => value === "true");

/** Networks that have a name. */
const PROXY_NAMES = ["loopback", "linklocal", "uniquelocal"];

/** Entries separated by spaces. */
function listOf(isAllowed: (entry: string) => boolean, expected: string): z.ZodType<string[], string | undefined> {
  return z
    .string()
    .default("")
    .transform((text) => text.split(/\s+/).filter((entry) => entry !== ""))
    .superRefine((entries, context) => {
      const wrong = entries.find((entry) => !isAllowed(entry));
      if (wrong !== undefined) context.addIssue({ code: "custom", message: `${wrong}: expected ${expected}` });
    });
}

/** Each has caches and connections of its own. */
const MOST_WORKERS = 64;
const WORKERS_EXPECTED = `expected a number of processes from 1 to ${MOST_WORKERS}`;

function isWorkers(text: string): boolean {
  return /^[1-9]\d?$/.test(text) && Number(text) <= MOST_WORKERS;
}

/** Reads the number of processes as the command line has it. Throws ConfigError. */
export function readWorkers(text: string): number {
  if (!isWorkers(text)) throw new ConfigError(`--workers ${text}: ${WORKERS_EXPECTED}`);
  return Number(text);
}

const settings = z.object({
  ...databaseSettings,
  IMAGEDEX_HOST: z
    .string()
    .min(1, "expected an address of this machine")
    .default("127.0.0.1")
    .describe("The address to listen on. Any address but a loopback one needs a token."),
  IMAGEDEX_PORT: z
    .string()
    .regex(/^\d{1,5}$/, "expected a port from 0 to 65535")
    .transform(Number)
    .refine((port) => port <= 65535, "expected a port from 0 to 65535")
    .default(8080)
    .describe("The port to listen on."),
  IMAGEDEX_WORKERS: z
    .string()
    .refine(isWorkers, WORKERS_EXPECTED)
    .transform(Number)
    .default(1)
    .describe(
      `Processes that answer from the one file, at most ${MOST_WORKERS} (see [running](running.md#several-processes)). A server whose record is PostgreSQL is one process.`,
    ),
  IMAGEDEX_SYNC_CRON: z
    .string()
    .superRefine((cron, context) => {
      const { valid, errors } = validateDetailed(cron);
      const why = errors.map(({ message }) => message).join("; ");
      if (!valid)
        context.addIssue({ code: "custom", message: `expected a cron expression such as "17 3 * * *"; ${why}` });
      else if (cron.trim().split(/\s+/).length > 5)
        context.addIssue({
          code: "custom",
          message: 'expected five fields, such as "17 3 * * *"; seconds are not supported',
        });
    })
    .default("17 3 * * *")
    .describe("When to list backends that have no `poll_interval`, as a cron expression in local time."),
  IMAGEDEX_PROBE_INTERVAL: z
    .string()
    .regex(/^(0|[1-9]\d{1,6})$/, "expected 60 seconds or more, or 0 for no probes")
    .transform(Number)
    .refine((seconds) => seconds === 0 || seconds >= 60, "expected 60 seconds or more, or 0 for no probes")
    .default(600)
    .describe(
      "Seconds between two probes for new images, where the cloud can be asked for them (see [clouds](clouds.md)). `0`: never.",
    ),
  IMAGEDEX_MAX_SHRINK: z
    .string()
    .regex(/^(0(\.\d+)?|1)$/, "expected a share from 0 to 1, such as 0.2")
    .transform(Number)
    .default(0.2)
    .describe(
      "A listing that lost more than this share of the images is refused until three in half an hour agree, or you run `imagedex sync --accept-shrink`.",
    ),
  IMAGEDEX_KEEP_CHANGES: z
    .string()
    .regex(/^[1-9]\d{0,4}$/, "expected a number of days, such as 90")
    .transform(Number)
    .default(KEEP_CHANGES)
    .describe("Days to keep the journal of changes."),
  IMAGEDEX_KEEP_RETIRED: z
    .string()
    .regex(/^[1-9]\d{0,4}$/, "expected a number of days, such as 400")
    .transform(Number)
    .default(KEEP_RETIRED)
    .describe("Days to keep images that their cloud no longer lists, and their stars."),
  IMAGEDEX_TOKENS: z
    .string()
    .default("")
    .transform((text, context) =>
      text
        .split(/\s+/)
        .filter((entry) => entry !== "")
        .map((entry, at) => readToken(entry) ?? refuseToken(context, at)),
    )
    .describe(
      "Access tokens in addition to those of `imagedex tokens`, separated by spaces: `read:TOKEN`, `admin:TOKEN` or `read@BACKEND,BACKEND:TOKEN`. See [security](security.md).",
    ),
  IMAGEDEX_TOKEN: z
    .string()
    .regex(/^\S+$/, "expected a token without spaces")
    .optional()
    .describe("Not for the server: the token that commands with `--server URL` send."),
  IMAGEDEX_RATE_LIMIT: z
    .string()
    .regex(/^(0|[1-9]\d{0,6})$/, "expected requests a minute, such as 600, or 0 for no limit")
    .transform(Number)
    .optional()
    .describe(
      "Requests a minute for each token, or for each address where no token is needed. `0`: no limit. Default: 6000 with tokens, else no limit.",
    ),
  IMAGEDEX_CORS_ORIGINS: listOf(
    (text) => /^https?:/.test(text) && URL.canParse(text) && new URL(text).origin === text,
    "an origin such as https://example.org, without a path",
  ).describe(
    "Web origins whose pages may call this server with a token, separated by spaces: `https://grafana.example.org`.",
  ),
  IMAGEDEX_TRUST_PROXY: listOf(
    (text) => PROXY_NAMES.includes(text) || ipaddr.isValid(text) || ipaddr.isValidCIDR(text),
    `an address, a network such as 10.0.0.0/8, or one of ${PROXY_NAMES.join(", ")}`,
  ).describe(
    "Addresses or networks of proxies whose `X-Forwarded-For`, `-Proto` and `-Host` are believed, separated by spaces. `loopback`, `linklocal` and `uniquelocal` are names for such networks.",
  ),
  IMAGEDEX_SECRET_KEY: z
    .string()
    .min(LEAST_KEY_LENGTH, `expected ${LEAST_KEY_LENGTH} characters or more`)
    .optional()
    .describe(
      `Seals the credentials of backends and the secrets of webhooks (AES-256-GCM): ${LEAST_KEY_LENGTH} characters or more. Default: a key file beside the database, readable by its owner only.`,
    ),
  IMAGEDEX_LOG_LEVEL: z
    .enum(["fatal", "error", "warn", "info", "debug", "silent"], "expected fatal, error, warn, info, debug or silent")
    .default("info")
    .describe("How much to log: `fatal`, `error`, `warn`, `info`, `debug` or `silent`."),
  IMAGEDEX_ALLOW_LINK_LOCAL: flag
    .default(false)
    .describe(
      "`true` lets `apiurl` and webhooks reach link-local addresses and metadata services, where clouds keep instance credentials.",
    ),
});

/** A setting as the documents list it. */
export interface SettingDescription {
  readonly name: string;
  /** As it is written in the environment; undefined where the description says what happens without it. */
  readonly fallback: string | undefined;
  readonly description: string;
}

/** Every setting, in the order of the schema that checks it. */
export function describeSettings(): SettingDescription[] {
  const fallbacks = new Map(Object.entries(settings.parse({})));
  return Object.entries(settings.shape).map(([name, schema]) => {
    const fallback = fallbacks.get(name);
    const isText = typeof fallback === "string" || typeof fallback === "number" || typeof fallback === "boolean";
    return { name, fallback: isText ? String(fallback) : undefined, description: schema.description ?? "" };
  });
}

/** `read:TOKEN`, `admin:TOKEN`, `read@backend,backend:TOKEN`; undefined for anything else. */
function readToken(entry: string): AccessToken | undefined {
  const [, scope, backends, token] = /^(read|admin)(?:@([^:]+))?:(\S{16,})$/.exec(entry) ?? [];
  if ((scope !== "read" && scope !== "admin") || token === undefined) return undefined;
  return { hash: hashToken(token), scope, backends: backends === undefined ? undefined : new Set(backends.split(",")) };
}

function refuseToken(context: z.RefinementCtx, at: number): never {
  const expected = "expected read:TOKEN, admin:TOKEN or read@BACKEND,BACKEND:TOKEN, the token of 16 characters or more";
  context.addIssue({ code: "custom", message: `entry ${at + 1}: ${expected}` });
  return z.NEVER;
}

/**
 * Reads the settings from the environment, which wins, and a file of NAME=value lines: `configFile`, else `.env`
 * where there is one. Creates nothing. Throws ConfigError with every problem there is, each naming its variable.
 */
export function readConfig(configFile?: string, env: NodeJS.ProcessEnv = process.env): Config {
  const given = { ...readFile(configFile), ...env };
  const known = Object.keys(settings.shape);
  const unknown = Object.keys(given).filter((name) => name.startsWith("IMAGEDEX_") && !known.includes(name));
  const read = settings.safeParse(given);
  const aws = awsSettings.safeParse(env["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"] === "true" ? {} : env);
  const problems = [
    ...problemsOfNode(given),
    ...unknown.map(
      (name) => `${name}: no such setting${didYouMean(name, known) || `; expected one of ${known.join(", ")}`}`,
    ),
    ...[...(read.error?.issues ?? []), ...(aws.error?.issues ?? [])].map(
      ({ path, message }) => `${path.join(".")}: ${message}`,
    ),
  ];
  if (!read.success || !aws.success || problems.length > 0) throw new ConfigError(problems.join("\n"));
  const values = read.data;
  return Object.freeze({
    ...readDatabase(values),
    host: values.IMAGEDEX_HOST,
    port: values.IMAGEDEX_PORT,
    workers: values.IMAGEDEX_WORKERS,
    syncCron: values.IMAGEDEX_SYNC_CRON,
    probeInterval: values.IMAGEDEX_PROBE_INTERVAL,
    maxShrink: values.IMAGEDEX_MAX_SHRINK,
    keepChanges: values.IMAGEDEX_KEEP_CHANGES,
    keepRetired: values.IMAGEDEX_KEEP_RETIRED,
    tokens: values.IMAGEDEX_TOKENS,
    token: values.IMAGEDEX_TOKEN,
    rateLimit: values.IMAGEDEX_RATE_LIMIT,
    corsOrigins: values.IMAGEDEX_CORS_ORIGINS,
    trustedProxies: values.IMAGEDEX_TRUST_PROXY,
    secretKey: values.IMAGEDEX_SECRET_KEY,
    logLevel: values.IMAGEDEX_LOG_LEVEL,
    allowLinkLocal: values.IMAGEDEX_ALLOW_LINK_LOCAL,
    ...aws.data,
  });
}

function readFile(configFile: string | undefined): Record<string, string | undefined> {
  const file = configFile ?? ".env";
  if (configFile === undefined && !existsSync(file)) return {};
  try {
    // A device would never end.
    if (!statSync(file).isFile()) throw new Error("not a file");
    return parseEnv(readFileSync(file, "utf8"));
  } catch (cause) {
    throw new ConfigError(`--config ${file}: cannot be read; expected a file of NAME=value lines`, { cause });
  }
}
