import type { Command } from "commander";
import { z } from "zod";
import type { AgentAnswer } from "../http/mcp/agent-api.ts";
import { NotFoundError } from "../errors.ts";
import { ago, note, print, printJsonText, printLines } from "./print.ts";
import { addOutputOptions, type Output, outputOf, type OutputOptions } from "./print-list.ts";
import { addParameterOptions, askedBy, limitOf } from "./search-options.ts";
import { addServerOption, openAskedApi, type ServerOptions } from "./server/open-asked-api.ts";
import type { AskedApi } from "./server/asked-api.ts";
import { warnMissing } from "./server/warn-missing.ts";
import type { TextColumn } from "./lay-out.ts";
import { printTable } from "./table.ts";

/** A page of answers is no longer. */
const MOST_IMAGES = 10_000;

interface SearchOptions extends ServerOptions, OutputOptions {
  readonly limit: string;
  readonly partial?: boolean;
}

/** `search` one backend, and `find` in all of them. */
export function addSearchCommands(program: Command): void {
  const inOne = program
    .command("search")
    .description("search the images of a backend")
    .argument("<backend>", "id of a backend")
    .argument("[term...]", 'words that an image must contain; "double quotes" keep a phrase together')
    .addHelpText(
      "after",
      "\nExamples:\n  $ imagedex search my-backend ubuntu jammy arm64\n  $ imagedex search my-backend --owner canonical --created-after 30d -o id noble\n" +
        "  $ imagedex search my-backend --server https://imagedex.example.org windows 2022",
    )
    .action((backend: string, terms: string[], options: SearchOptions, command: Command) =>
      search(`/backends/${encodeURIComponent(backend)}`, terms, { ...options, backend }, command),
    );
  const inAll = program
    .command("find")
    .description("search the images of all backends")
    .argument("[term...]", 'words that an image must contain; "double quotes" keep a phrase together')
    .addHelpText(
      "after",
      "\nExamples:\n  $ imagedex find ubuntu jammy arm64\n  $ imagedex find ami-0ac9392bb24cdca10\n" +
        "  $ imagedex find --latest --trust official -o csv debian 12",
    )
    .action((terms: string[], options: SearchOptions, command: Command) => search("", terms, options, command));
  for (const command of [inOne, inAll]) {
    addOutputOptions(command)
      .option("-L, --limit <n>", "number of images to show", "20")
      .option("--partial", "answer even if some sources are not listed yet");
    addParameterOptions(addServerOption(command));
  }
}

async function search(
  path: string,
  terms: readonly string[],
  options: SearchOptions & { readonly backend?: string },
  command: Command,
): Promise<void> {
  const limit = limitOf(options.limit, MOST_IMAGES);
  const asked = askedBy(terms, { ...options });
  const output = outputOf(options);
  const { server, backend } = options;
  await using api = await openAskedApi(command, { server, backend });
  const asking = api.read(`${path}/images`, {
    ...asked,
    limit: Number(limit),
    ...(options.partial && { partial: true }),
    // A table shows the fields that all clouds share; the other forms are the plain answer.
    ...(output === "table" && { fields: "extended" }),
    ...((output === "csv" || output === "ndjson") && { format: output }),
  });
  const answer = await asking.catch((error: unknown) => {
    throw backend === undefined ? error : pointToFind(error, [backend, ...terms]);
  });
  warnMissing(answer);
  suggest(answer);
  await printFound(api, path, output, answer);
}

/** Adds the command that searches all backends to an unknown-backend error: the first word may be part of the term. */
function pointToFind(error: unknown, words: readonly string[]): unknown {
  if (!(error instanceof NotFoundError) || !/^no backend "[^"]*"$/.test(error.message)) return error;
  return new NotFoundError(`${error.message}; to search all backends: imagedex find ${words.join(" ")}`, {
    cause: error,
  });
}

const found = z.array(
  z.object({
    backend_id: z.string().optional(),
    star: z.boolean(),
    id: z.string(),
    name: z.string(),
    created_at: z.string().nullish(),
    architecture: z.string().nullish(),
    publisher: z.string().nullish(),
    trust: z.string().nullish(),
    owner_id: z.string().nullish(),
  }),
);

async function printFound(api: AskedApi, path: string, output: Output, answer: AgentAnswer): Promise<void> {
  if (output === "json") return printJsonText(answer.text);
  if (output === "csv" || output === "ndjson") return printLines(answer.text);
  const rows = found.parse(answer.json);
  if (output === "id") return rows.forEach(({ id }) => print(id));
  const regions = await readRegions(api, path);
  const ofAll = path === "";
  await printTable(
    COLUMNS.filter(({ heading }) => ofAll || heading !== "BACKEND"),
    rows.map((row) => [
      row.star ? "*" : " ",
      ...(ofAll ? [row.backend_id ?? ""] : []),
      row.id,
      row.name,
      shownTime(row.created_at),
      row.architecture ?? "",
      row.publisher ?? (row.trust === "self" ? "self" : (row.owner_id ?? "")),
      regions.get(row.backend_id) ?? "",
    ]),
  );
  const syncedAt = answer.header("x-catalogue-synced-at");
  const total = answer.header("x-total-count") ?? String(rows.length);
  const asOf = syncedAt === undefined ? "" : `, as of ${ago(syncedAt)}`;
  if (ofAll && regions.size === 0) return note("no backends; add one with: imagedex backends add");
  note(total === "0" ? `no image matches${asOf}` : `${rows.length} of ${total} images${asOf}`);
}

const COLUMNS: readonly TextColumn[] = [
  { heading: "" },
  { heading: "BACKEND", yields: 1 },
  { heading: "ID", isWhole: true },
  { heading: "NAME", isCutInside: true, minWidth: 30 },
  { heading: "CREATED", isWhole: true, yields: 2 },
  { heading: "ARCH", yields: 3 },
  { heading: "PUBLISHER", minWidth: 10, yields: 4 },
  { heading: "REGION", yields: 5 },
];

/** A day is enough for people; programs get the whole time. */
function shownTime(time: string | null | undefined): string {
  return (process.stdout.isTTY ? time?.slice(0, 10) : time) ?? "";
}

const shownBackend = z.object({ id: z.string(), region: z.string().nullable() });

/** The regions by backend id; for a search of one backend, its region under `undefined`. */
async function readRegions(api: AskedApi, path: string): Promise<Map<string | undefined, string | null>> {
  const { json } = await api.read(path === "" ? "/backends" : path);
  if (path !== "") return new Map([[undefined, shownBackend.parse(json).region]]);
  return new Map(
    z
      .array(shownBackend)
      .parse(json)
      .map(({ id, region }) => [id, region]),
  );
}

/** If nothing was found, suggests on standard error a term that finds something. */
function suggest({ header }: AgentAnswer): void {
  const suggestion = header("x-search-suggestion");
  if (suggestion !== undefined) note(`nothing found; did you mean: ${decodeURIComponent(suggestion)}`);
}
