import type { Command } from "commander";
import { CommandError, NotFoundError } from "../errors.ts";
import { extendedEntry } from "../http/answering/find-newest.ts";
import type { AgentAnswer } from "../http/mcp/agent-api.ts";
import { note, print, printJson } from "./print.ts";
import type { AskedApi } from "./server/asked-api.ts";
import { addServerOption, openAskedApi, type ServerOptions } from "./server/open-asked-api.ts";
import { warnMissing } from "./server/warn-missing.ts";

interface NewestOptions extends ServerOptions {
  readonly json?: boolean;
  readonly partial?: boolean;
}

export function addNewestCommand(program: Command): void {
  const newest = program
    .command("newest")
    .description("print the id of the one image to launch: newest, launchable, not deprecated, of a trusted publisher")
    .argument("<backend>", "id of a backend")
    .argument("[term...]", "words that an image must contain")
    .option("--json", "print the answer of GET /backends/{id}/newest")
    .option("--partial", "answer even if some sources are not listed yet")
    .addHelpText(
      "after",
      "\nExamples:\n  $ imagedex newest my-backend ubuntu 22.04 arm64\n  $ imagedex newest my-backend --json al2023\n" +
        "\nExit codes: 0 found, 1 none, 2 wrong use or settings.",
    )
    .action(async (id: string, terms: string[], options: NewestOptions, command: Command) => {
      const term = terms.join(" ");
      const { partial, server } = options;
      const query = new URLSearchParams({ search_term: term, ...(partial && { partial: "true" }) });
      await using api = await openAskedApi(command, { server, backend: id });
      const answer = await readNewest(api, `/backends/${encodeURIComponent(id)}/newest?${query.toString()}`);
      if (answer) warnMissing(answer);
      const found = extendedEntry.nullish().parse(answer?.json);
      if (!found) throw new CommandError(`no launchable image of a trusted publisher matches ${JSON.stringify(term)}`);
      if (options.json) return printJson(found);
      print(found.id);
      note(`${found.name} (${found.publisher ?? found.trust})`);
    });
  addServerOption(newest);
}

/** Undefined where no image can be recommended. */
async function readNewest(api: AskedApi, path: string): Promise<AgentAnswer | undefined> {
  try {
    return await api.read(path);
  } catch (error) {
    // An unknown backend is wrong use; "no image" is an answer.
    if (error instanceof NotFoundError && !/^no (such )?backend/.test(error.message)) return undefined;
    throw error;
  }
}
