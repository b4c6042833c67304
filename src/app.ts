import type { Catalogue } from "./catalogue/file/open-catalogue.ts";
import { createLocalRecord, type Record } from "./record/record.ts";
import { reasonsNotReady } from "./not-ready.ts";
import { createSecretBox } from "./catalogue/file/secret-box.ts";
import type { SecretKey } from "./catalogue/file/secret-key.ts";
import { createClock } from "./clock.ts";
import { type AppAccess, openKeyed } from "./open-keyed.ts";
import type { Config } from "./config.ts";
import { ConfigError } from "./errors.ts";
import { createHttpApp } from "./http/app.ts";
import { close, listen } from "./http/listen.ts";
import type { AnswerBounds } from "./access/bound-answers.ts";
import { createPlaces, LISTENERS, type Places, type PlacesLimits, WHOLE_LISTS } from "./access/places.ts";
import { createTokenKeeper, type TokenKeeper } from "./access/token-keeper.ts";
import type { Log } from "./log.ts";
import { createImageSearch, type ImageSearch } from "./search/answer/search-images.ts";
import type { ListingBounds } from "./sync/listing-places.ts";
import type { Registrar } from "./sync/register-backend.ts";
import type { ProviderLimits } from "./providers/provider.ts";
import { createSchedule, type Schedule } from "./sync/schedule.ts";
import type { WorkerSettings } from "./sync/worker-messages.ts";
import { neverSync } from "./sync/never-sync.ts";
import {
  createSyncService,
  endInterruptedRuns,
  type SyncService,
  type SyncServiceOptions,
  watchDeadNodes,
} from "./sync/sync-service.ts";
import type { FollowTuning } from "./sync/follow/follower.ts";
import type { Node } from "./sync/follow/node.ts";
import { createFileLocks, type SourceLocks } from "./sync/source-lock.ts";
import { createTermFinder, type FindTuning, type TermFinder } from "./sync/term-finder.ts";
import { createTimetable, type Timetable } from "./sync/timetable.ts";
import type { Crew } from "./workers/crew.ts";
import { answerSyncs, createSyncAtFirst } from "./workers/sync-at-first.ts";
import { createWebhookSender, type WebhookSender, type WebhookTuning } from "./webhooks/sender.ts";

/** The rooms of one process, wired. */
export interface App extends AsyncDisposable {
  readonly catalogue: Catalogue;
  readonly record: Record;
  readonly locks: SourceLocks;
  readonly registrar: Registrar;
  readonly search: ImageSearch;
  readonly sync: SyncService;
  readonly finder: TermFinder;
  readonly timetable: Timetable;
  readonly webhooks: WebhookSender;
  readonly lists: Places;
  readonly listeners: Places;
  readonly answers: Partial<AnswerBounds> | undefined;
  /** Undefined: the file is the record. */
  readonly node: Node | undefined;
  /** The other processes of this server; undefined: there is only this one. */
  readonly crew: Crew | undefined;
}

/** What no operator may set, and a test must. */
export interface AppTuning {
  readonly now?: () => string;
  readonly patience?: ProviderLimits["patience"];
  /** A listing that takes longer than this is given up. */
  readonly deadlineMs?: number;
  readonly listings?: Partial<ListingBounds>;
  /** When the sync thread ends that has nothing to do. */
  readonly idleMs?: number;
  readonly webhooks?: WebhookTuning;
  readonly finds?: Partial<FindTuning>;
  readonly lists?: Partial<PlacesLimits>;
  readonly listeners?: Partial<PlacesLimits>;
  readonly answers?: Partial<AnswerBounds>;
  readonly follow?: Partial<FollowTuning>;
}

const DEADLINE_MS = 2 * 60 * 60 * 1000;

/** Another process's commit is taken in this often; an answer looks for itself as well. */
const FOLLOW_EVERY_MS = 250;

/** The processes beside this one; without any of them it is a server by itself. */
interface Company {
  readonly node?: Node | undefined;
  readonly crew?: Crew | undefined;
}

/**
 * Opens the catalogue and what works on it. Nothing is listened to, nothing scheduled. Throws ConfigError when the catalogue
 * cannot be used, or holds secrets and the key is missing.
 */
export function createApp(
  config: Config,
  log: Log,
  tuning: AppTuning = {},
  access: AppAccess = "create",
  { node, crew }: Company = {},
): App {
  const { now = createClock(), patience } = tuning;
  const { catalogue, secretKey } = openKeyed(config, log, access);
  const { allowLinkLocal, ec2Endpoint, stsEndpoint, awsProfile } = config;
  const limits = { allowLinkLocal, ec2Endpoint, stsEndpoint, awsProfile, ...(patience && { patience }) };
  const record = node?.record ?? createLocalRecord(catalogue);
  const locks = node?.locks ?? createFileLocks(config.database);
  const house = { catalogue, record, locks, secretKey, limits, node: node?.settings, now, log };
  const sync = openSync(config, tuning, house, crew);
  const search = createImageSearch(catalogue, now);
  const finder = createTermFinder({ catalogue, sync, now, log, tuning: tuning.finds });
  const timetable = createTimetable(catalogue, config.syncCron);
  const box = createSecretBox(secretKey);
  const webhooks = createWebhookSender({
    catalogue,
    record,
    box,
    limits,
    turn: config.record?.syncs === false || crew?.isFirst === false ? { isOurs: () => false } : node?.webhooks,
    now,
    log,
    tuning: tuning.webhooks,
  });
  return {
    catalogue,
    record,
    locks,
    registrar: { catalogue, record, box, limits, now },
    search,
    sync,
    finder,
    timetable,
    webhooks,
    ...openPlaces(tuning, crew),
    answers: tuning.answers,
    node,
    crew,
    async [Symbol.asyncDispose]() {
      finder[Symbol.dispose]();
      await webhooks[Symbol.asyncDispose]();
      await timetable[Symbol.asyncDispose]();
      await sync[Symbol.asyncDispose]();
      await node?.[Symbol.asyncDispose]();
      catalogue[Symbol.dispose]();
    },
  };
}

function openPlaces({ lists, listeners }: AppTuning, crew: Crew | undefined): Pick<App, "lists" | "listeners"> {
  return {
    lists: createPlaces({ ...WHOLE_LISTS, ...lists }, crew?.places("lists")),
    listeners: createPlaces({ ...LISTENERS, ...listeners }, crew?.places("listeners")),
  };
}

interface SyncParts extends Omit<SyncServiceOptions, "settings"> {
  readonly secretKey: SecretKey;
  readonly limits: ProviderLimits;
  readonly node: WorkerSettings["node"];
}

function openSync(
  { database: file, maxShrink, keepChanges, keepRetired, logLevel, record }: Config,
  { deadlineMs = DEADLINE_MS, listings, idleMs }: AppTuning,
  { secretKey, limits, node, ...house }: SyncParts,
  crew: Crew | undefined,
): SyncService {
  if (crew && !crew.isFirst) return createSyncAtFirst(crew, house.catalogue);
  const kept = { maxShrink, keepChanges, keepRetired };
  const settings = { file, secretKey, limits, ...kept, logLevel, deadlineMs, listings, idleMs, node };
  const sync = createSyncService({ ...house, settings });
  if (crew) answerSyncs(crew, house.catalogue, sync);
  return record?.syncs === false ? neverSync(sync) : sync;
}

/** The same where the record may be PostgreSQL: then the file is brought up to it first. */
export async function openApp(
  config: Config,
  log: Log,
  tuning: AppTuning = {},
  access: AppAccess = "create",
): Promise<App> {
  const { record, database: file, secretKey, logLevel } = config;
  if (!record || secretKey === undefined) return createApp(config, log, tuning, access);
  // Only a node loads what speaks to PostgreSQL.
  const { openNode } = await import("./sync/follow/node.ts");
  const node = await openNode({ ...record, file, secretKey, logLevel, log, tuning: tuning.follow });
  try {
    return createApp(config, log, tuning, access, { node });
  } catch (error) {
    await node[Symbol.asyncDispose]();
    throw error;
  }
}

/** A server that listens, with its schedule. */
export interface RunningServer extends AsyncDisposable {
  readonly url: string;
  readonly schedule: Schedule;
}

/** Serves an app over HTTP and keeps it fresh. Throws ConfigError when the address cannot be listened to. */
export async function serve(app: App, config: Config, log: Log): Promise<RunningServer> {
  const tokens = openTokens(app, config);
  // One process of a server looks after the file; the others only answer.
  const isKeeper = app.crew?.isFirst ?? true;
  const interrupted = isKeeper ? await endInterruptedRuns(app) : 0;
  if (interrupted > 0) log.warn({ interrupted }, "runs of an earlier process were marked as interrupted");
  const closing = new AbortController();
  const server = await listen(
    createHttpApp({
      ...app,
      log,
      now: app.registrar.now,
      tokens,
      rateLimit: config.rateLimit,
      corsOrigins: config.corsOrigins,
      trustedProxies: config.trustedProxies,
      closing: closing.signal,
      notReady: () => reasonsNotReady(app.catalogue, app.node),
    }),
    config,
  );
  const schedule = createSchedule({
    ...app,
    isOff: app.sync.isOff || !isKeeper,
    probeInterval: config.probeInterval,
    jitterMs: JITTER_MS,
    beginAfterMs: BEGIN_AFTER_MS,
    log,
  });
  if (isKeeper) app.sync.prune();
  const following = setInterval(() => {
    app.search.follow();
    if (!isKeeper) return;
    app.webhooks.look().catch((error: unknown) => log.error({ err: error }, "webhook check failed"));
  }, FOLLOW_EVERY_MS);
  const pruning = isKeeper ? setInterval(() => app.sync.prune(), PRUNE_EVERY_MS) : undefined;
  const recording = setInterval(() => void recordUses(tokens, log), RECORD_EVERY_MS);
  const watching = app.node && !app.sync.isOff ? watchDeadNodes(app, log) : undefined;
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : config.port;
  return {
    url: `http://${config.host.includes(":") ? `[${config.host}]` : config.host}:${port}`,
    schedule,
    async [Symbol.asyncDispose]() {
      clearInterval(following);
      clearInterval(pruning);
      clearInterval(recording);
      watching?.[Symbol.dispose]();
      closing.abort();
      await schedule[Symbol.asyncDispose]();
      await close(server);
      await recordUses(tokens, log);
    },
  };
}

/** Where only this machine asks. */
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|::1)$/;
const JITTER_MS = 30_000;
/** After the first answers; starts are spread over more than that anyway. */
const BEGIN_AFTER_MS = 500;
/** What no backend shows any more goes at once; a view that was hidden for days, with the next of these looks. */
const PRUNE_EVERY_MS = 3_600_000;
/** How long it may take until the catalogue says that a token was used. */
const RECORD_EVERY_MS = 60_000;

/** Throws ConfigError when others than this machine could ask and nobody would be let in. */
function openTokens({ catalogue, record, registrar, node }: App, { host, tokens: configured }: Config): TokenKeeper {
  const isLocal = LOOPBACK.test(host);
  const tokens = createTokenKeeper({ catalogue, record, configured, isLocal, node, now: registrar.now });
  if (isLocal || tokens.hasCurrent()) return tokens;
  throw new ConfigError(
    `IMAGEDEX_HOST: ${host} is not a loopback address; make a token first (imagedex tokens add, or IMAGEDEX_TOKENS)`,
  );
}

async function recordUses(tokens: TokenKeeper, log: Log): Promise<void> {
  await tokens.recordUses().catch((error: unknown) => log.warn({ err: error }, "last use of tokens not recorded"));
}
