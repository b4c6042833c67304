import { afterEach } from "vitest";
import type { Catalogue } from "../../src/catalogue/file/open-catalogue.ts";
import { createLocalRecord } from "../../src/record/record.ts";
import { openTemporaryCatalogue } from "../catalogue/seed.ts";
import { describeRecord } from "./contract.ts";

const opened: Catalogue[] = [];

afterEach(() => {
  for (const catalogue of opened.splice(0)) catalogue[Symbol.dispose]();
});

describeRecord("the record in the catalogue's file", async () => {
  const catalogue = openTemporaryCatalogue();
  opened.push(catalogue);
  return { catalogue, record: createLocalRecord(catalogue) };
});
