import { describe, expect, test } from "vitest";
import { findProvider, listProviders, providerNames } from "../../src/providers/registry.ts";

describe("the registry", () => {
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
