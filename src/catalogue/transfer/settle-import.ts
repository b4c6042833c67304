import { randomUUID } from "node:crypto";
import { ConfigError } from "../../errors.ts";
import { fingerprintOf, listBackends, readSecrets } from "../../record/backends.ts";
import { deriveImages } from "../listing/derive-images.ts";
import type { Catalogue } from "../file/open-catalogue.ts";
import type { SecretBox } from "../file/secret-box.ts";
import { dropOrphans } from "../listing/prune-sources.ts";
import { listSources } from "../../record/sources.ts";
import { listWebhooks, readWebhookSecret } from "../../record/webhooks.ts";

/*
 * What becomes of the rows that an import took: nothing of them may speak for this instance, its accounts or its clouds.
 */

/** Throws ConfigError for rows that no imagedex writes. `from` names the file that they are of. */
export function refuseStrangeRows({ sqlite }: Catalogue, from: string, providers: readonly string[]): void {
  const orphans = sqlite.prepare("PRAGMA foreign_key_check").all().length;
  if (orphans > 0)
    throw new ConfigError(`${from} is damaged (${orphans} rows refer to missing rows); expected a whole catalogue`);
  const provider = sqlite
    .prepare<[string], string>(
      `SELECT provider FROM (SELECT provider FROM backends UNION SELECT provider FROM sources)
       WHERE provider NOT IN (SELECT value FROM json_each(?))`,
    )
    .pluck()
    .get(JSON.stringify(providers));
  if (provider !== undefined)
    throw new ConfigError(`${from}: unknown provider ${JSON.stringify(provider)}; expected a provider of this version`);
  // A local backend finds a source by its key: nobody else's may have the key of an account's own.
  const strange = sqlite
    .prepare<[], string>(
      `SELECT s.key FROM sources s LEFT JOIN backend_sources t ON t.source_id = s.id LEFT JOIN backends b ON b.id = t.backend_id
       WHERE b.provider <> s.provider OR (scope = 'public' AND (key <> place OR key NOT GLOB s.provider || ' *' OR key || ' ' NOT GLOB '* public *'
         OR key || ' ' GLOB '* own *'))`,
    )
    .pluck()
    .get();
  if (strange !== undefined)
    throw new ConfigError(`${from}: unknown source ${JSON.stringify(strange)}; expected an imagedex catalogue`);
}

/**
 * Own sources are of accounts that only whoever made the file knows, and what a public one holds is only their word: no backend
 * of ours may ever come to show one of them for its own.
 */
export function disownSources({ sqlite }: Catalogue): void {
  const name = sqlite.prepare<[{ id: number; account: string }]>(
    `UPDATE sources SET account = @account, place = coalesce(nullif(place, ''), provider || ' own'),
       key = coalesce(nullif(place, ''), provider || ' own') || ' ' || @account WHERE id = @id`,
  );
  const own = sqlite.prepare<[], number>("SELECT id FROM sources WHERE scope = 'own'").pluck().all();
  for (const id of own) name.run({ id, account: `imported-${randomUUID()}` });
  const rename = sqlite.prepare<[{ id: number; suffix: string }]>(
    "UPDATE sources SET key = key || ' ' || @suffix, place = key || ' ' || @suffix WHERE id = @id",
  );
  const shared = sqlite.prepare<[], number>("SELECT id FROM sources WHERE scope = 'public'").pluck().all();
  for (const id of shared) rename.run({ id, suffix: `imported-${randomUUID()}` });
}

/**
 * Makes sure that a backup is of this instance: its secrets open, all of them. Backends that the secret key does not vouch for are
 * disabled; returns their ids. Throws ConfigError.
 */
export function vouchForBackends(catalogue: Catalogue, from: string, box: SecretBox): string[] {
  const { sqlite } = catalogue;
  const fingerprints = new Map(
    sqlite.prepare<[], [string, string | null]>("SELECT id, credentials FROM backends").raw().all(),
  );
  const disable = sqlite.prepare<[string]>("UPDATE backends SET enabled = 0, credentials = NULL WHERE id = ?");
  let opened = 0;
  const disabled: string[] = [];
  for (const backend of listBackends(catalogue)) {
    const secrets = openOrRefuse(from, () => readSecrets(catalogue, backend.id, box));
    const isSealed = secrets.apikey !== null || secrets.apisecret !== null;
    if (isSealed) opened++;
    for (const webhook of listWebhooks(catalogue, backend.id)) {
      openOrRefuse(from, () => readWebhookSecret(catalogue, webhook, box));
      opened++;
    }
    const fingerprint = fingerprints.get(backend.id) ?? null;
    // An older release took no fingerprint. With one, neither address nor region was changed since.
    if (fingerprint === null ? isSealed : fingerprint === fingerprintOf({ ...backend, ...secrets }, box)) continue;
    disable.run(backend.id);
    if (backend.enabled) disabled.push(backend.id);
  }
  if (opened > 0) return disabled;
  throw new ConfigError(
    `${from} has no sealed secret, so it cannot be recognized as your own backup; expected a file of: imagedex export --with-secrets`,
  );
}

function openOrRefuse<T>(from: string, open: () => T): T {
  try {
    return open();
  } catch (cause) {
    if (!(cause instanceof ConfigError)) throw cause;
    throw new ConfigError(`${from}: ${cause.message}`, { cause });
  }
}

/** Leaves out what no backend shows, and works out anew whatever follows from the images. */
export function settleRows(catalogue: Catalogue, now: string): void {
  const { sqlite } = catalogue;
  sqlite.exec("UPDATE sources SET account = NULL WHERE scope = 'public'");
  for (const source of listSources(catalogue)) deriveImages(sqlite, source);
  dropOrphans(catalogue);
  sqlite
    .prepare(
      `UPDATE runs SET state = 'failed', code = 'interrupted', finished_at = ?, error = 'under way when this was exported'
       WHERE state IN ('queued', 'running')`,
    )
    .run(now);
  // A time to come would put off the next listing.
  sqlite
    .prepare(
      "UPDATE sources SET synced_at = min(synced_at, @now), probed_at = min(probed_at, @now), changed_at = min(changed_at, @now)",
    )
    .run({ now });
  sqlite
    .prepare("UPDATE runs SET started_at = min(started_at, @now), finished_at = min(finished_at, @now)")
    .run({ now });
}
