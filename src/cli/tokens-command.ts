import { randomBytes, randomUUID } from "node:crypto";
import { type Command, Option } from "commander";
import { listAccessTokens, type StoredToken } from "../record/access-tokens.ts";
import type { Config } from "../config.ts";
import { createLocalRecord, type Record as TokenRecord } from "../record/record.ts";
import { type Catalogue, openCatalogue } from "../catalogue/file/open-catalogue.ts";
import { BadRequestError } from "../errors.ts";
import { hashToken } from "../access/access-token.ts";
import { configOf, openApp } from "./open-app.ts";
import { ago, note, print } from "./print.ts";
import { addOutputOptions, type ListColumn, outputOf, type OutputOptions, printList } from "./print-list.ts";

interface AddTokenOptions {
  readonly id?: string;
  readonly scope: "read" | "admin";
  readonly backends?: string;
  readonly expires?: string;
}

const SPANS: Readonly<Record<string, number>> = { h: 3_600_000, d: 86_400_000, w: 604_800_000 };

export function addTokenCommands(program: Command): void {
  const tokens = program
    .command("tokens")
    .description("add, list and remove access tokens")
    .addHelpText("after", "\nExamples:\n  $ imagedex tokens add --id grafana\n  $ imagedex tokens list");
  addAdd(tokens);
  addList(tokens);
  addRemove(tokens);
}

function addAdd(tokens: Command): void {
  tokens
    .command("add")
    .description("make a token and print it; a running server accepts it at once")
    .option("--id <id>", "letters, digits, '.', '_' and '-' (default: generated)")
    .addOption(
      new Option("--scope <scope>", "read: only search and view; admin: everything")
        .choices(["read", "admin"])
        .default("read"),
    )
    .option("--backends <id,id>", "for these backends only (default: all)")
    .option("--expires <when>", "a time span (12h, 90d, 4w), date or time (default: never)")
    .addHelpText(
      "after",
      "\nExamples:\n  $ imagedex tokens add --id grafana --expires 90d\n" +
        "  $ imagedex tokens add --id ci --scope admin --backends ireland,lab > token.txt\n" +
        '  $ curl -H "Authorization: Bearer $(cat token.txt)" http://localhost:8080/backends',
    )
    .action(async (options: AddTokenOptions, command: Command) => {
      const now = new Date();
      // A prefix that people and secret scanners recognise.
      const token = `imagedex_${randomBytes(32).toString("base64url")}`;
      const stored = {
        ...readOptions(options, now),
        hash: hashToken(token).toString("hex"),
        createdAt: now.toISOString(),
      };
      const config = configOf(command);
      await using kept = await openTokens(config, { mustExist: false });
      const before = [...listAccessTokens(kept.catalogue), ...config.tokens];
      await kept.record.insertAccessToken(stored);
      print(token);
      note(`added ${stored.id}; the token is shown only once, because only its hash is stored`);
      if (before.length > 0) return;
      note("this is the first token: from now on every request to the server needs one");
      if (stored.scope === "read")
        note("to change anything over HTTP, make another: imagedex tokens add --scope admin");
    });
}

interface KeptTokens extends AsyncDisposable {
  readonly catalogue: Catalogue;
  readonly record: Pick<TokenRecord, "insertAccessToken" | "deleteAccessToken">;
}

/** Opens only what holds the tokens, unless this is a node. */
async function openTokens(config: Config, { mustExist }: { readonly mustExist: boolean }): Promise<KeptTokens> {
  if (config.record) return openApp(config, "update");
  const catalogue = openCatalogue(config.database, { mustExist });
  return {
    catalogue,
    record: createLocalRecord(catalogue),
    [Symbol.asyncDispose]: () => Promise.resolve(catalogue[Symbol.dispose]()),
  };
}

function readOptions(
  options: AddTokenOptions,
  now: Date,
): Pick<StoredToken, "id" | "scope" | "backends" | "expiresAt"> {
  const { id = randomUUID(), scope, backends, expires } = options;
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/.test(id))
    throw new BadRequestError("--id: expected letters, digits, '.', '_' and '-', at most 100");
  const ids = backends?.split(",");
  if (ids?.includes("")) throw new BadRequestError("--backends: expected ids of backends, separated by commas");
  return { id, scope, backends: ids ?? null, expiresAt: expires === undefined ? null : readExpiry(expires, now) };
}

/** Throws BadRequestError unless it is a time in the future. */
function readExpiry(text: string, now: Date): string {
  const [, count, unit] = /^(\d{1,5})([hdw])$/.exec(text) ?? [];
  const isDate = /^\d{4}-\d\d-\d\d(T[\d:.]+(Z|[+-]\d\d:\d\d)?)?$/.test(text);
  const at = count ? now.getTime() + Number(count) * (SPANS[unit ?? ""] ?? 0) : isDate ? Date.parse(text) : Number.NaN;
  if (!(at > now.getTime()))
    throw new BadRequestError("--expires: expected a time in the future, such as 12h, 90d, 4w or 2030-01-31");
  return new Date(at).toISOString();
}

function addList(tokens: Command): void {
  const list = tokens
    .command("list")
    .description("list the tokens, except those of IMAGEDEX_TOKENS")
    .addHelpText("after", "\nExamples:\n  $ imagedex tokens list\n  $ imagedex tokens list --json")
    .action(async (options: OutputOptions, command: Command) => {
      const output = outputOf(options);
      await using kept = await openTokens(configOf(command), { mustExist: true });
      const rows = listAccessTokens(kept.catalogue).map(shownToken);
      const fields = ["id", "scope", "backends", "created_at", "expires_at", "last_used_at"];
      await printList(output, {
        rows,
        columns: COLUMNS,
        fields,
        idOf: ({ id }) => id,
        none: "no tokens; add one with: imagedex tokens add",
      });
    });
  addOutputOptions(list);
}

interface ShownToken {
  readonly id: string;
  readonly scope: string;
  readonly backends: readonly string[] | null;
  readonly created_at: string;
  readonly expires_at: string | null;
  readonly last_used_at: string | null;
}

const COLUMNS: readonly ListColumn<ShownToken>[] = [
  { heading: "ID", isWhole: true, text: ({ id }) => id },
  { heading: "SCOPE", text: ({ scope }) => scope },
  { heading: "BACKENDS", text: ({ backends }) => backends?.join(",") ?? "all" },
  { heading: "CREATED", text: ({ created_at }) => created_at },
  { heading: "EXPIRES", text: ({ expires_at }) => expires_at ?? "never" },
  { heading: "USED", text: ({ last_used_at }) => ago(last_used_at) },
];

function shownToken({ id, scope, backends, createdAt, expiresAt, lastUsedAt }: StoredToken): ShownToken {
  return { id, scope, backends, created_at: createdAt, expires_at: expiresAt, last_used_at: lastUsedAt };
}

function addRemove(tokens: Command): void {
  tokens
    .command("remove")
    .description("revoke a token; a running server refuses it at once and ends its sessions")
    .argument("<id>", "id of a token")
    .addHelpText("after", "\nExamples:\n  $ imagedex tokens remove grafana")
    .action(async (id: string, _options: unknown, command: Command) => {
      const config = configOf(command);
      await using kept = await openTokens(config, { mustExist: true });
      await kept.record.deleteAccessToken(id);
      if (listAccessTokens(kept.catalogue).length > 0 || config.tokens.length > 0) return;
      note(
        "that was the last token: a server on localhost now needs none, a server on another address refuses every request",
      );
    });
}
