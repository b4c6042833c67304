import type { Command } from "commander";
import { getBackend } from "../record/backends.ts";
import type { Config } from "../config.ts";
import { CommandError, NotFoundError } from "../errors.ts";
import { withUnanswered } from "../http/answering/answer-scope.ts";
import { type ExtendedEntry, extendedEntry, findNewest } from "../http/answering/find-newest.ts";
import { assertSure, readScope, warnMissing } from "./assert-sure.ts";
import { configOf, openApp } from "./open-app.ts";
import { note, print, printJson } from "./print.ts";
import { createAskedServer } from "./server/ask-server.ts";

interface NewestOptions {
  readonly json?: boolean;
  readonly partial?: boolean;
  readonly server?: string;
}

export function addNewestCommand(program: Command): void {
  program
    .command("newest")
    .description("the id of the one image to launch: newest, launchable, not deprecated, of a trusted publisher")
    .argument("<backend>", "id of a backend")
    .argument("[term...]", "words that must all be found")
    .option("--json", "print the answer of GET /backends/{id}/newest")
    .option("--partial", "take what there is, even if some of the backend is not listed yet")
    .option("--server <url>", "ask a running server; its token is read from IMAGEDEX_TOKEN")
    .addHelpText(
      "after",
      "\nExamples:\n  $ imagedex newest my-backend ubuntu 22.04 arm64\n  $ imagedex newest my-backend --json al2023\n" +
        "\nExit codes: 0 found, 1 none, 2 wrong use or settings.",
    )
    .action(async (id: string, terms: string[], options: NewestOptions, command: Command) => {
      const config = configOf(command);
      const term = terms.join(" ");
      const found = await (options.server === undefined ? inCatalogue : atServer)(config, { id, term, ...options });
      if (!found) throw new CommandError(`no launchable image of a trusted publisher matches ${JSON.stringify(term)}`);
      if (options.json) return printJson(found);
      print(found.id);
      note(`${found.name} (${found.publisher ?? found.trust})`);
    });
}

interface Question extends NewestOptions {
  readonly id: string;
  readonly term: string;
}

async function inCatalogue(
  config: Config,
  { id, term, partial = false }: Question,
): Promise<ExtendedEntry | undefined> {
  await using app = openApp(config);
  const backend = getBackend(app.catalogue, id);
  await app.finder.find([backend], term);
  const scope = withUnanswered(readScope(app, [backend], partial), app.finder.unanswered([backend], term));
  assertSure(app, scope, true, "which build is the newest is not certain");
  await app.search.caughtUp();
  warnMissing(scope);
  return await findNewest(app.search, backend, { term, match: "words" });
}

async function atServer(
  config: Config,
  { id, term, partial = false, server = "" }: Question,
): Promise<ExtendedEntry | undefined> {
  const query = new URLSearchParams({ search_term: term, ...(partial && { partial: "true" }) });
  const asked = createAskedServer(server, config);
  try {
    const json = await asked.read(`/backends/${encodeURIComponent(id)}/newest?${query.toString()}`);
    return extendedEntry.nullable().parse(json) ?? undefined;
  } catch (error) {
    // A backend that is not there is wrong use; no image is an answer.
    if (error instanceof NotFoundError && !error.message.startsWith("no backend")) return undefined;
    throw error;
  }
}
