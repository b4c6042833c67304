/**
 * Syncs the backend `cloud` of a catalogue: what `imagedex sync` does, without what it takes to start that. It stops for good
 * where its third argument says: at `commit` of the public listing, or when it is `done`; then it prints a line.
 */
import { writeSync } from "node:fs";
import { createLocalRecord } from "../../src/record/record.ts";
import { getBackend, readSecrets } from "../../src/record/backends.ts";
import { openCatalogue } from "../../src/catalogue/file/open-catalogue.ts";
import { insertRun } from "../../src/record/runs.ts";
import { createSecretBox } from "../../src/catalogue/file/secret-box.ts";
import { sourcesOf } from "../../src/record/sources.ts";
import { createLog } from "../../src/log.ts";
import { openProvider } from "../../src/sync/register-backend.ts";
import { lockSource } from "../../src/sync/source-lock.ts";
import { syncSource } from "../../src/sync/sync-source.ts";

const [file = "", secretKey = "", halt = ""] = process.argv.slice(2);
using catalogue = openCatalogue(file);
const now = (): string => new Date().toISOString();
const secrets = readSecrets(catalogue, "cloud", createSecretBox(secretKey));
const provider = openProvider({ limits: { allowLinkLocal: false } }, getBackend(catalogue, "cloud"), secrets);
for (const { id: sourceId, scope } of sourcesOf(catalogue, "cloud")) {
  using lock = lockSource(file, sourceId);
  if (!lock) throw new Error(`source ${sourceId} is locked`);
  const outcome = await syncSource({
    recordOf: createLocalRecord,
    file,
    runId: insertRun(catalogue, sourceId, now()),
    sourceId,
    providers: [provider],
    limits: { maxShrink: 0.5, acceptShrink: false },
    signal: new AbortController().signal,
    now,
    log: createLog("warn"),
    onProgress: ({ phase }) => {
      if (phase === "committing" && scope === "public") haltAt("commit");
    },
  });
  if (outcome.outcome !== "complete") throw new Error(outcome.reason);
}
haltAt("done");

/** Blocks the thread, so that nothing further happens before the process is killed. */
function haltAt(point: string): void {
  if (point !== halt) return;
  writeSync(1, "halted\n");
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}
