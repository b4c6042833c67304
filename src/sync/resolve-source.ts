import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { provenAccount } from "../record/accounts.ts";
import { type Backend, type BackendSecrets, fingerprintOf, getBackend, readSecrets } from "../record/backends.ts";
import { fingerprintAccount } from "../record/bindings.ts";
import { inOneState } from "../catalogue/file/connection.ts";
import type { Catalogue } from "../catalogue/file/open-catalogue.ts";
import type { Record } from "../record/record.ts";
import type { SecretBox } from "../catalogue/file/secret-box.ts";
import { backendsOfSource, getSource } from "../record/sources.ts";
import type { Log } from "../log.ts";
import type { ImageProvider, ProviderLimits } from "../providers/provider.ts";
import { openProvider } from "./register-backend.ts";
import type { SourceLocks } from "./source-lock.ts";

/** The source that a run lists, and the providers that can list it. */
export interface ResolvedSource extends Disposable {
  readonly sourceId: number;
  /** In the order to try. */
  readonly providers: readonly ImageProvider[];
}

export interface ResolveOptions {
  readonly catalogue: Catalogue;
  readonly record: Record;
  readonly locks: SourceLocks;
  readonly box: SecretBox;
  readonly limits: ProviderLimits;
  readonly runId: number;
  readonly sourceId: number;
  readonly signal: AbortSignal;
  readonly now: () => string;
  readonly log: Log;
  /** Called when the run has moved to another source; the lock of the earlier one can be released. */
  readonly onMoved: (sourceId: number) => void;
}

/** How long a cloud may take to name the account; it is listed even if it does not answer. */
const IDENTIFY_MS = 15_000;

/**
 * Finds out whose images a run will list, before it lists. If a backend's credentials belong to another account than its
 * source, the backend and the run move to that account's source; the images of the earlier account become unreachable first.
 */
export async function resolveSource(options: ResolveOptions): Promise<ResolvedSource> {
  const { catalogue, locks, sourceId } = options;
  const candidates = readCandidates(options);
  const { scope } = getSource(catalogue, sourceId);
  if (scope === "public") return { sourceId, providers: candidates.map(({ provider }) => provider), ...NO_LOCK };
  const moved = new Map<number, ImageProvider>();
  const providers: ImageProvider[] = [];
  for (const candidate of candidates) {
    const account = await accountOf(candidate, options);
    const found = await bind(candidate, account, options);
    if (found === sourceId) providers.push(candidate.provider);
    else if (found !== undefined) moved.set(found, candidate.provider);
  }
  const [target] = moved;
  if (providers.length > 0 || !target) return { sourceId, providers, ...NO_LOCK };
  const [id, provider] = target;
  // Before waiting for the lock, since its holder may be waiting for this run's earlier source.
  await options.record.moveRun(options.runId, id);
  options.onMoved(id);
  const lock = await waitForLock(locks, id, options.signal);
  return { sourceId: id, providers: [provider], [Symbol.dispose]: () => lock[Symbol.dispose]() };
}

const NO_LOCK: Disposable = { [Symbol.dispose]: () => undefined };

/** A backend at one moment, with a provider that has its credentials of that moment. */
interface AccountCandidate {
  readonly backend: Backend;
  readonly secrets: BackendSecrets;
  readonly credentials: string;
  readonly provider: ImageProvider;
}

/** In one transaction, so that a backend that changes meanwhile is read as it was before or after. */
function readCandidates({ catalogue, box, limits, sourceId }: ResolveOptions): AccountCandidate[] {
  const read = inOneState(catalogue, () =>
    backendsOfSource(catalogue, sourceId).map((id) => {
      const backend = getBackend(catalogue, id);
      return { backend, secrets: readSecrets(catalogue, id, box) };
    }),
  );
  return read.map(({ backend, secrets }) => ({
    backend,
    secrets,
    // Only own sources need it, and it takes the secret key.
    get credentials() {
      return fingerprintOf({ ...backend, ...secrets }, box);
    },
    provider: openProvider({ limits }, backend, secrets),
  }));
}

/**
 * The account as the cloud names it; else as it was named before for the same credentials; else their fingerprint. Credentials
 * of the machine may change: unless the cloud names the account, each listing may be of another one.
 */
async function accountOf(
  { backend, provider, credentials }: AccountCandidate,
  options: ResolveOptions,
): Promise<string> {
  const { catalogue, record, signal, now, log } = options;
  try {
    const deadline = AbortSignal.any([signal, AbortSignal.timeout(IDENTIFY_MS)]);
    const account = await provider.identify?.(deadline);
    if (account !== undefined && provider.isAmbient) return account;
    if (account !== undefined) {
      await record.noteAccount(credentials, account, now());
      return account;
    }
  } catch (error) {
    signal.throwIfAborted();
    log.info({ err: error, backend: backend.id }, "account not identified");
  }
  if (provider.isAmbient && provider.identify) return `unknown-${randomUUID()}`;
  return provenAccount(catalogue, credentials) ?? fingerprintAccount(credentials);
}

/** The source of the account, which the backend shows from now on; undefined if the backend was changed meanwhile. */
async function bind(
  { backend, credentials, provider }: AccountCandidate,
  account: string,
  { record, sourceId, now }: ResolveOptions,
): Promise<number | undefined> {
  const wanted = provider.sources.map(({ key: place, scope }) => ({
    place,
    scope,
    account: scope === "own" ? account : null,
  }));
  const at = wanted.findIndex(({ scope }) => scope === "own");
  const bound = await record.bindProven({ backend, credentials, sourceId, wanted, now: now() });
  return bound?.[at];
}

const LOOK_MS = 200;

async function waitForLock(locks: SourceLocks, sourceId: number, signal: AbortSignal): Promise<Disposable> {
  for (;;) {
    const lock = await locks.take(sourceId);
    if (lock) return lock;
    await delay(LOOK_MS, undefined, { signal });
  }
}
