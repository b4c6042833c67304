import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { type ShownRun, runJson } from "../../http/resources/syncs.ts";
import { findProvider } from "../../providers/registry.ts";
import { counted, note } from "../print.ts";
import type { AskedServer } from "./ask-server.ts";
import { pathOfBackend, readAskedBackends } from "./asked-backends.ts";

const POLL_MS = 1000;
/** The most that a server tells at a time. */
const MOST_RUNS = 500;

/**
 * Has a server sync these backends, or all that are enabled, and waits for the end. Resolves to the runs. Rejects as
 * `readAskedBackends` does, and as the server refuses.
 */
export async function syncAtServer(
  server: AskedServer,
  ids: readonly string[],
  kind: "full" | "probe",
): Promise<ShownRun[]> {
  const backends = await readAskedBackends(server, ids);
  const started = new Map<number, string>();
  for (const { id, provider } of backends) {
    const isProbe = kind === "probe" && findProvider(provider).canProbe;
    const path = pathOfBackend(id);
    const runs = await server.change("POST", `${path}/sync?kind=${isProbe ? "probe" : "full"}`);
    for (const run of z.array(runJson).parse(runs)) started.set(run.id, path);
  }
  note(`the server syncs ${counted(started.size, "source")}; waiting for the end`);
  return waitFor(server, started);
}

/** The runs, by the path of their backend, when all have ended. */
async function waitFor(server: AskedServer, started: ReadonlyMap<number, string>): Promise<ShownRun[]> {
  const ended = new Map<number, ShownRun>();
  while (true) {
    const open = [...started].filter(([id]) => !ended.has(id));
    for (const path of new Set(open.map(([, each]) => each))) {
      const { json } = await server.read(`${path}/syncs?limit=${MOST_RUNS}`);
      for (const run of z.array(runJson).parse(json))
        if (started.has(run.id) && run.finished_at !== null) ended.set(run.id, run);
    }
    if (ended.size === started.size) return [...started.keys()].flatMap((id) => ended.get(id) ?? []);
    await sleep(POLL_MS);
  }
}
