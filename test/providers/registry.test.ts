import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { ProviderDefinition } from "../../src/providers/provider.ts";
import { findProvider, listProviders, providerNames } from "../../src/providers/registry.ts";

const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8");

describe("the registry", () => {
  test("is what the README's table says, row for row", () => {
    const rows = readme
      .split("\n")
      .filter((line) => /^\| `[a-z0-9-]+` +\| [A-Z]/.test(line))
      .map((line) => line.split("|").map((cell) => cell.trim()));
    expect(rows).toEqual(listProviders().map(rowOf));
  });

  test("names every provider once", () => {
    expect(new Set(providerNames()).size).toBe(providerNames().length);
  });

  test("names those there are when asked for another", () => {
    expect(() => findProvider("nimbus")).toThrow(`expected one of ${providerNames().join(", ")}`);
  });

  test.each(listProviders().map((provider) => [provider.name, provider] as const))(
    "%s asks for each field that its form calls required",
    (_, { options, fields }) => {
      const { error } = options.safeParse({});
      const missing = new Set(error?.issues.map(({ path }) => (path[0] === "tenantName" ? "tenant_name" : path[0])));
      const required = fields.filter(({ isRequired }) => isRequired).map(({ name }) => name);
      expect(missing).toEqual(new Set<unknown>(required));
    },
  );
});

function rowOf({ name, title, lists, cannotList, fields }: ProviderDefinition): string[] {
  const written = fields.map(({ name: field, isRequired }) => (isRequired ? `\`${field}\`` : `[\`${field}\`]`));
  return ["", `\`${name}\``, title, lists, cannotList ?? "", written.join(" "), ""];
}
