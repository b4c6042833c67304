import type { Argument, Command, Option } from "commander";
import { createProgram } from "../../src/cli.ts";
import { describeSettings } from "../../src/config.ts";
import { apiPaths } from "../../src/http/reading/api-paths.ts";
import { readDocument, type ShownDocument } from "../../src/http/docs/read-document.ts";
import { slug } from "../../src/http/docs/write-inline.ts";
import { describeApi } from "../../src/http/openapi/document.ts";
import { listProviders } from "../../src/providers/registry.ts";
import { measurementTables } from "./measurement-tables.ts";
import { REFUSALS } from "../../src/http/openapi/refusals.ts";
import { code, table } from "./markdown-table.ts";

/** The tables that pages of the documents hold, by the name in their marker: each is made from the code that it tells of. */
export function createTables(): ReadonlyMap<string, string> {
  const api = readDocument(describeApi(apiPaths));
  return new Map([
    ["settings", settingsTable()],
    [
      "clouds",
      `Clouds: ${listProviders()
        .map(({ title }) => title)
        .join(", ")}.`,
    ],
    ["providers", providersTable()],
    ["fields", fieldsTable()],
    ["commands", commandsTable()],
    ["options", optionsLists()],
    ["operations", operationsTable(api)],
    ["parameters", parametersTable(api)],
    ["problems", problemTable()],
    ...measurementTables(),
  ]);
}

function settingsTable(): string {
  const rows = describeSettings().map(({ name, fallback, description }) => [
    code(name),
    fallback === undefined ? "" : code(fallback),
    description,
  ]);
  return table(["setting", "default", "what it does"], rows);
}

function providersTable(): string {
  const rows = listProviders().map(({ name, title, lists, cannotList, canProbe }) => [
    code(name),
    `[${title}](#${slug(title)})`,
    lists,
    cannotList ?? "",
    canProbe ? "yes" : "",
  ]);
  return table(["provider", "cloud", "lists", "cannot list", "asked for new images"], rows);
}

function fieldsTable(): string {
  const rows = listProviders().flatMap(({ name, fields }) =>
    fields.map((field) => [code(name), code(field.name), field.isRequired ? "yes" : "", field.holds]),
  );
  return table(["provider", "field", "required", "holds"], rows);
}

function commandsTable(): string {
  const rows = leaves(createProgram(() => undefined)).map((command) => [
    code([pathOf(command), ...command.registeredArguments.map(argument)].join(" ")),
    command.description(),
  ]);
  return table(["command", "what it does"], rows);
}

function optionsLists(): string {
  return leaves(createProgram(() => undefined))
    .filter(({ options }) => options.length > 0)
    .map((command) => {
      const rows = command.options.map((option) => [code(option.flags), aboutOption(option)]);
      return `### imagedex ${pathOf(command)}\n\n${table(["option", "what it does"], rows)}`;
    })
    .join("\n\n");
}

function aboutOption({ description, defaultValue, argChoices }: Option): string {
  const fallback: string | undefined = defaultValue;
  const choices = argChoices && argChoices.length < 10 ? `: ${argChoices.map(code).join(", ")}` : "";
  return `${description}${choices}${fallback === undefined ? "" : ` (default: ${code(`${fallback}`)})`}`;
}

function operationsTable({ paths }: ShownDocument): string {
  const rows = Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, { summary, security }]) => [
      code(`${method.toUpperCase()} ${path}`),
      summary,
      scopeOf(security),
    ]),
  );
  return table(["call", "what it does", "token"], rows);
}

function problemTable(): string {
  const rows = Object.entries(REFUSALS).map(([status, { description }]) => [status, description ?? ""]);
  return table(["status", "meaning"], rows);
}

function scopeOf(security: readonly Record<string, readonly string[]>[]): string {
  return security.flatMap((way) => way["bearer"] ?? [])[0] ?? "none";
}

function parametersTable({ paths }: ShownDocument): string {
  const parameters = paths["/backends/{backend}/images"]?.["get"]?.parameters ?? [];
  const rows = parameters
    .filter((parameter) => parameter.in === "query")
    .map(({ name, description, schema }) => {
      const values = schema.enum ? schema.enum.map((value) => code(String(value))).join(", ") : (schema.type ?? "");
      return [code(name), String(values), description ?? schema.description ?? ""];
    });
  return table(["parameter", "values", "meaning"], rows);
}

/** Commands that do something, not those that group others. */
function leaves(command: Command): Command[] {
  return command.commands.length === 0 ? [command] : command.commands.flatMap(leaves);
}

function pathOf(command: Command): string {
  return command.parent?.parent ? `${pathOf(command.parent)} ${command.name()}` : command.name();
}

function argument(given: Argument): string {
  const shown = `${given.name().toUpperCase()}${given.variadic ? "…" : ""}`;
  return given.required ? shown : `[${shown}]`;
}
