import { describe, expect, test } from "vitest";
import { backendFields } from "../../src/sync/register-backend.ts";

describe("a backend's fields", () => {
  test("take certificates and keys, however long", () => {
    const pem = `-----BEGIN CERTIFICATE-----\n${"MIIB".repeat(2000)}\n-----END CERTIFICATE-----`;

    expect(backendFields.parse({ apikey: `${pem}\n`, apisecret: pem })).toEqual({ apikey: pem, apisecret: pem });
  });

  test.each(["title", "region", "apiurl", "tenant_name"])("take no %s of that length", (field) => {
    expect(backendFields.safeParse({ [field]: "x".repeat(2001) }).error?.issues).toMatchObject([{ path: [field] }]);
  });
});
