import { expect, test } from "vitest";
import { inOneState } from "../../src/catalogue/file/connection.ts";
import { catalogueVersion, openCatalogue } from "../../src/catalogue/file/open-catalogue.ts";
import { openTemporaryCatalogue } from "./seed.ts";

test("the version of a catalogue changes with each commit: of its own at once, of others after the code that runs, or in a transaction", async () => {
  using catalogue = openTemporaryCatalogue();
  using other = openCatalogue(catalogue.file);
  const table = "CREATE TABLE counted (n); INSERT INTO counted VALUES (1)";
  other.sqlite.exec(table);
  await Promise.resolve();
  const before = catalogueVersion(catalogue);

  other.sqlite.exec("UPDATE counted SET n = 2");
  const inTransaction = inOneState(catalogue, () => catalogueVersion(catalogue));
  expect(inTransaction).not.toBe(before);
  await Promise.resolve();
  expect(catalogueVersion(catalogue)).toBe(inTransaction);

  catalogue.sqlite.exec("UPDATE counted SET n = 3");
  expect(catalogueVersion(catalogue)).not.toBe(inTransaction);
});
