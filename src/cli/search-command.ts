import { type Command, Option } from "commander";
import { z } from "zod";
import { getBackend } from "../record/backends.ts";
import { BadRequestError } from "../errors.ts";
import { withUnanswered } from "../http/answering/answer-scope.ts";
import { assertSure, readScope, warnMissing } from "./assert-sure.ts";
import { configOf, openApp } from "./open-app.ts";
import { type ImageFormat, inFormat } from "../http/answering/image-formats.ts";
import type { EntryShape } from "../catalogue/read/read-entries.ts";
import { ago, note, print, printJsonText } from "./print.ts";
import { renewIndexes } from "./renew-indexes.ts";
import { addSearchOptions, queryOfOptions } from "./search-options.ts";
import { printTable } from "./table.ts";

const found = z.array(
  z.object({
    star: z.boolean(),
    id: z.string(),
    name: z.string(),
    created_at: z.string().nullish(),
  }),
);

const OUTPUTS = ["table", "json", "csv", "ndjson", "id"] as const;

interface SearchOptions {
  readonly json?: boolean;
  readonly output?: (typeof OUTPUTS)[number];
  readonly limit: string;
  readonly partial?: boolean;
}

export function addSearchCommand(program: Command): void {
  const command = program
    .command("search")
    .description("search the images of a backend")
    .argument("<backend>", "id of a backend")
    .argument("[term...]", 'words that an image must contain; "double quotes" keep a phrase together')
    .option("--json", "print JSON, as GET /backends/{id}/images answers it")
    .addOption(new Option("-o, --output <form>", "what to print").choices(OUTPUTS))
    .option("--limit <n>", "number of images to show", "20")
    .option("--partial", "answer even if some sources are not listed yet")
    .addHelpText(
      "after",
      "\nExamples:\n  $ imagedex search my-backend ubuntu jammy arm64\n  $ imagedex search my-backend --owner canonical --created-after 30d -o id noble",
    )
    .action(search);
  addSearchOptions(command);
}

async function search(id: string, terms: string[], options: SearchOptions, command: Command): Promise<void> {
  const limit = Number(options.limit);
  if (!Number.isInteger(limit) || limit < 1 || limit > 10_000)
    throw new BadRequestError(`--limit ${options.limit}: expected a whole number from 1 to 10000`);
  await using app = openApp(configOf(command));
  const backends = [getBackend(app.catalogue, id)];
  const term = terms.join(" ");
  const query = queryOfOptions(term, { ...options });
  const output = options.output ?? (options.json ? "json" : "table");
  await renewIndexes(app, backends);
  assertSure(app, readScope(app, backends, options.partial === true), false);
  await app.finder.find(backends, term);
  const unanswered = app.finder.unanswered(backends, term);
  const scope = withUnanswered(readScope(app, backends, options.partial === true), unanswered);
  if (scope.missing.length === 0) await app.search.assertOwners(backends, query);
  // What a table shows is the same for every cloud; JSON is the plain answer.
  const shape = { limit, offset: 0, extended: output === "table" };
  const page = await app.search.page(backends, query, shape);
  assertSure(app, scope, page.total === 0);
  warnMissing(scope);
  if (output === "json") return printJsonText(page.body.toString());
  if (output === "csv" || output === "ndjson") return printLines(page.body, output, shape);
  const rows = found.parse(JSON.parse(page.body.toString()));
  if (output === "id") return rows.forEach((row) => print(row.id));
  printTable(
    [{ heading: "" }, { heading: "ID" }, { heading: "NAME" }, { heading: "CREATED" }],
    rows.map(({ star, id: imageId, name, created_at }) => [star ? "*" : " ", imageId, name, created_at ?? ""]),
  );
  const { syncedAt } = scope.status;
  note(`${rows.length} of ${page.total} images${syncedAt === null ? "" : `, as of ${ago(syncedAt)}`}`);
}

function printLines(body: Buffer, format: ImageFormat, shape: EntryShape): void {
  const text = Buffer.concat([...inFormat([body], format, shape)].flatMap((piece) => piece ?? [])).toString();
  for (const line of text.split(/\r?\n/)) if (line !== "") print(line);
}
