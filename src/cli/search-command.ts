import type { Command } from "commander";
import { z } from "zod";
import { getBackend } from "../catalogue/backends.ts";
import { sourcesOf } from "../catalogue/sources.ts";
import { BadRequestError } from "../errors.ts";
import { configOf, openApp } from "./open-app.ts";
import { ago, note, printJsonText } from "./print.ts";
import { printTable } from "./table.ts";

const found = z.array(
  z.object({
    star: z.boolean(),
    id: z.string(),
    name: z.string(),
    extra: z.object({ creation_date: z.string().nullish(), created: z.string().nullish() }),
  }),
);

export function addSearchCommand(program: Command): void {
  program
    .command("search")
    .description("search a backend's images in the catalogue")
    .argument("<backend>", "id of a backend")
    .argument("[term...]", 'words that must all be found; "double quotes" keep a phrase whole')
    .option("--json", "print the answer of GET /backends/{id}/images")
    .option("--limit <n>", "at most so many", "20")
    .addHelpText(
      "after",
      "\nExamples:\n  $ imagedex search my-backend ubuntu jammy arm64\n  $ imagedex search my-backend --json --limit 1 ami-0abc",
    )
    .action(async (id: string, terms: string[], options: { json?: boolean; limit: string }, command: Command) => {
      const limit = Number(options.limit);
      if (!Number.isInteger(limit) || limit < 1 || limit > 10_000) {
        throw new BadRequestError(`--limit ${options.limit}: expected a whole number from 1 to 10000`);
      }
      await using app = openApp(configOf(command));
      const backend = getBackend(app.catalogue, id);
      const syncedAt = oldest(sourcesOf(app.catalogue, id).map((source) => source.syncedAt));
      if (syncedAt === null) throw new BadRequestError(`${id} was never synced; run: imagedex sync ${id}`);
      const page = await app.search.page([backend], { term: terms.join(" "), match: "words" }, { limit, offset: 0 });
      if (options.json) return printJsonText(page.body.toString());
      const rows = found.parse(JSON.parse(page.body.toString()));
      printTable(
        [{ heading: "" }, { heading: "ID" }, { heading: "NAME" }, { heading: "CREATED" }],
        rows.map(({ star, id: imageId, name, extra }) => [
          star ? "*" : " ",
          imageId,
          name,
          extra.creation_date ?? extra.created ?? "",
        ]),
      );
      note(`${rows.length} of ${page.total} images, as of ${ago(syncedAt)}`);
    });
}

function oldest(times: readonly (string | null)[]): string | null {
  const known = times.filter((time) => time !== null).toSorted();
  return known[0] ?? null;
}
