import { expect, test } from "vitest";
import { reasonAgainst } from "../../../src/record/postgres/open-record.ts";

test("a PostgreSQL that is too old for a record is named with its version", () => {
  const server = { inRecovery: false, readOnly: "off" };

  expect(reasonAgainst({ ...server, version: 130_022 })).toBe("is PostgreSQL 13; expected 14 or newer");
  expect(reasonAgainst({ ...server, version: 90_624 })).toBe("is PostgreSQL 9; expected 14 or newer");
  expect(reasonAgainst({ ...server, version: 140_000 })).toBeUndefined();
  expect(reasonAgainst({ ...server, version: 180_001 })).toBeUndefined();
});
