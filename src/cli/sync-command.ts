import type { Command } from "commander";
import { type Backend, getBackend, listBackends } from "../record/backends.ts";
import { type Run, runsWithIds } from "../record/runs.ts";
import { BadRequestError, ConfigError } from "../errors.ts";
import { findProvider } from "../providers/registry.ts";
import { type ShownRun, shownRun } from "../http/resources/syncs.ts";
import type { SyncOutcome } from "../sync/sync-source-options.ts";
import { endInterruptedRuns } from "../sync/sync-service.ts";
import { configOf, openApp } from "./open-app.ts";
import { print, printJson } from "./print.ts";
import { printTable } from "./table.ts";
import { showProgress } from "./progress.ts";
import { createAskedServer } from "./server/ask-server.ts";
import { addServerOption, type ServerOptions } from "./server/open-asked-api.ts";
import { syncAtServer } from "./server/sync-at-server.ts";

interface SyncOptions extends ServerOptions {
  readonly full?: boolean;
  readonly probe?: boolean;
  readonly acceptShrink?: boolean;
  readonly json?: boolean;
}

/** `fail` is called when a run did not complete: exit code 1. */
export function addSyncCommand(program: Command, fail: () => void): void {
  const sync = program
    .command("sync")
    .description("sync backends now; also while the server runs")
    .argument("[backend...]", "ids of backends (default: all enabled ones)")
    .option("--full", "list everything (default)")
    .option("--probe", "only ask for new images, where the cloud can tell: takes seconds")
    .option("--accept-shrink", "accept listings that are much smaller than the catalogue")
    .option("--json", "print the runs as JSON")
    .addHelpText(
      "after",
      "\nExamples:\n  $ imagedex sync\n  $ imagedex sync my-backend --accept-shrink\n  $ imagedex sync my-backend --server https://imagedex.example.org",
    )
    .action(async (ids: string[], options: SyncOptions, command: Command) => {
      if (options.full && options.probe) throw new BadRequestError("--full and --probe: choose one");
      if (options.server !== undefined && options.acceptShrink)
        throw new BadRequestError("--accept-shrink: not with --server; run it on the server's machine");
      const runs =
        options.server === undefined
          ? await syncHere(ids, options, command)
          : await syncAtServer(
              createAskedServer(options.server, configOf(command)),
              ids,
              options.probe ? "probe" : "full",
            );
      if (options.json) printJson(runs);
      else await printRuns(runs);
      if (runs.some(({ state }) => state !== "complete")) fail();
    });
  addServerOption(sync);
}

async function syncHere(ids: readonly string[], options: SyncOptions, command: Command): Promise<ShownRun[]> {
  await using app = await openApp(configOf(command), "update");
  const backends: Backend[] =
    ids.length > 0
      ? ids.map((id) => getBackend(app.catalogue, id))
      : listBackends(app.catalogue).filter(({ enabled }) => enabled);
  if (backends.length === 0) throw new ConfigError("there is no enabled backend; add one with: imagedex backends add");
  await endInterruptedRuns(app);
  using _progress = showProgress(app);
  const outcomes = new Map<number, SyncOutcome>();
  using _outcomes = app.sync.onChange((event) => {
    if ("outcome" in event) outcomes.set(event.runId, event.outcome);
  });
  const runIds = new Set<number>();
  for (const backend of backends) {
    const kind = options.probe && findProvider(backend.provider).canProbe ? "probe" : "full";
    const { runs } = await app.sync.start(backend, { kind, acceptShrink: options.acceptShrink ?? false });
    for (const run of runs) runIds.add(run.id);
  }
  await Promise.all([...runIds].map((id) => app.sync.finished(id)));
  return runsWithIds(app.catalogue, [...runIds]).map((run) => shownRun(withOutcome(run, outcomes.get(run.id))));
}

/** Reports the outcome of a run also when it could not be stored. */
function withOutcome(run: Run, outcome: SyncOutcome | undefined): Run {
  const isOpen = run.state === "queued" || run.state === "running";
  if (!isOpen || !outcome || outcome.outcome === "complete") return run;
  return { ...run, state: outcome.outcome, code: outcome.code, error: outcome.reason };
}

async function printRuns(runs: readonly ShownRun[]): Promise<void> {
  await printTable(
    [
      { heading: "SOURCE" },
      { heading: "STATE", isState: true },
      { heading: "LISTED", isNumber: true },
      { heading: "ADDED", isNumber: true },
      { heading: "CHANGED", isNumber: true },
      { heading: "RETIRED", isNumber: true },
      { heading: "RETURNED", isNumber: true },
      { heading: "REJECTED", isNumber: true },
      { heading: "CALLS", isNumber: true },
    ],
    runs.map((run) =>
      [
        run.source,
        run.state,
        run.listed,
        run.added,
        run.changed,
        run.retired,
        run.returned,
        run.rejected,
        run.upstream_calls,
      ].map(String),
    ),
  );
  for (const { source, error, warning } of runs) {
    if (error !== null) print(error.startsWith(source) ? error : `${source}: ${error}`);
    if (warning !== null) print(`${source}: warning: ${warning}`);
  }
}
