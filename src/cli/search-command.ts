import type { Command } from "commander";
import { z } from "zod";
import { createdTimes } from "../catalogue/created-times.ts";
import { getBackend } from "../catalogue/backends.ts";
import { BadRequestError } from "../errors.ts";
import { withUnanswered } from "../http/answer-scope.ts";
import { assertSure, readScope, warnMissing } from "./assert-sure.ts";
import { configOf, openApp } from "./open-app.ts";
import { ago, note, printJsonText } from "./print.ts";
import { renewIndexes } from "./renew-indexes.ts";
import { printTable } from "./table.ts";

const found = z.array(z.object({ star: z.boolean(), id: z.string(), name: z.string() }));

interface SearchOptions {
  readonly json?: boolean;
  readonly limit: string;
  readonly partial?: boolean;
}

export function addSearchCommand(program: Command): void {
  program
    .command("search")
    .description("search the images of a backend")
    .argument("<backend>", "id of a backend")
    .argument("[term...]", 'words that an image must contain; "double quotes" keep a phrase together')
    .option("--json", "print JSON, as GET /backends/{id}/images answers it")
    .option("--limit <n>", "number of images to show", "20")
    .option("--partial", "answer even if some sources are not listed yet")
    .addHelpText(
      "after",
      "\nExamples:\n  $ imagedex search my-backend ubuntu jammy arm64\n  $ imagedex search my-backend --json --limit 1 ami-0abc",
    )
    .action(search);
}

async function search(id: string, terms: string[], options: SearchOptions, command: Command): Promise<void> {
  const limit = Number(options.limit);
  if (!Number.isInteger(limit) || limit < 1 || limit > 10_000)
    throw new BadRequestError(`--limit ${options.limit}: expected a whole number from 1 to 10000`);
  await using app = openApp(configOf(command));
  const backends = [getBackend(app.catalogue, id)];
  const term = terms.join(" ");
  await renewIndexes(app, backends);
  assertSure(app, readScope(app, backends, options.partial === true), false);
  await app.finder.find(backends, term);
  const unanswered = app.finder.unanswered(backends, term);
  const scope = withUnanswered(readScope(app, backends, options.partial === true), unanswered);
  const page = await app.search.page(backends, { term, match: "words" }, { limit, offset: 0 });
  assertSure(app, scope, page.total === 0);
  warnMissing(scope);
  if (options.json) return printJsonText(page.body.toString());
  const rows = found.parse(JSON.parse(page.body.toString()));
  const created = createdTimes(
    app.catalogue,
    id,
    rows.map((row) => row.id),
  );
  printTable(
    [{ heading: "" }, { heading: "ID" }, { heading: "NAME" }, { heading: "CREATED" }],
    rows.map(({ star, id: imageId, name }) => [star ? "*" : " ", imageId, name, created.get(imageId) ?? ""]),
  );
  const { syncedAt } = scope.status;
  note(`${rows.length} of ${page.total} images${syncedAt === null ? "" : `, as of ${ago(syncedAt)}`}`);
}
