import { statSync } from "node:fs";
import type { Command } from "commander";
import { listBackends } from "../record/backends.ts";
import { readReadiness } from "../catalogue/read/source-readiness.ts";
import { listSources, type Source } from "../record/sources.ts";
import { progressOf } from "../http/answering/first-listing.ts";
import { configOf, openApp } from "./open-app.ts";
import { ago, counted, shownSize, print, printJson } from "./print.ts";
import { printTable } from "./table.ts";

export function addStatsCommand(program: Command): void {
  program
    .command("stats")
    .description("show what the catalogue of this machine holds and how old it is")
    .option("--json", "print JSON")
    .addHelpText(
      "after",
      "\nExamples:\n  $ imagedex stats\n  $ imagedex stats --json\n\nAsk a running server with: imagedex backends list --server URL",
    )
    .action(async (options: { json?: boolean }, command: Command) => {
      const config = configOf(command);
      await using app = await openApp(config);
      await app.search.caughtUp();
      const sources = listSources(app.catalogue);
      // An image in two sources of a backend counts once.
      const images = app.search.imageCount(listBackends(app.catalogue));
      const bytes = statSync(config.database).size;
      const { pending, missing } = readReadiness(app.catalogue, sources, app.registrar.now());
      const notes = [...pending, ...missing].map(({ source, part, code, reason }) => {
        const { phase, listed } = progressOf(app, source);
        return { source: part === null ? source.key : `${source.key} ${part}`, code, reason, phase, listed };
      });
      if (options.json)
        return printJson({
          database: config.database,
          bytes,
          images,
          families: app.search.familyCount,
          sources: sources.map(shownSource),
          missing: notes,
        });
      await printTable(
        [
          { heading: "SOURCE" },
          { heading: "IMAGES", isNumber: true },
          { heading: "REVISION", isNumber: true },
          { heading: "SYNCED" },
          { heading: "CHANGED" },
        ],
        sources.map((source) => [
          source.key,
          String(source.imageCount),
          String(source.revision),
          ago(source.syncedAt),
          ago(source.changedAt),
        ]),
      );
      for (const { source, code, reason, phase, listed } of notes)
        print(
          `${source}: not listed (${code === "pending" && phase === "listing" ? `${listed} images so far` : reason})`,
        );
      const families = `${app.search.familyCount} families of known publishers`;
      print(`${config.database}: ${counted(images, "image")}, ${shownSize(bytes)}, ${families}`);
    });
}

function shownSource(source: Source): object {
  return {
    source: source.key,
    provider: source.provider,
    scope: source.scope,
    image_count: source.imageCount,
    revision: source.revision,
    synced_at: source.syncedAt,
    probed_at: source.probedAt,
    changed_at: source.changedAt,
  };
}
