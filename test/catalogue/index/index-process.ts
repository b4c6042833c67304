/** A process that builds, merges and drops search indexes of a file for ever: whoever kills it looks at what it leaves. */
import { writeSync } from "node:fs";
import { deriveAnew } from "../../../src/catalogue/listing/derive-anew.ts";
import { mergeSegments } from "../../../src/catalogue/index/merge-segments.ts";
import { openCatalogue } from "../../../src/catalogue/file/open-catalogue.ts";
import { splitIndex } from "./split-index.ts";

const [file = ""] = process.argv.slice(2);
const catalogue = openCatalogue(file);
const { sqlite } = catalogue;
// A letter for each write: the process is killed at one of them, within its transaction.
sqlite.function("tell", (what) => void writeSync(1, String(what)));
sqlite.exec(`CREATE TEMP TRIGGER page_comes AFTER INSERT ON search_pages BEGIN SELECT tell('p'); END;
  CREATE TEMP TRIGGER page_goes AFTER DELETE ON search_pages BEGIN SELECT tell('q'); END;
  CREATE TEMP TRIGGER segment_comes AFTER INSERT ON search_segments BEGIN SELECT tell('s'); END;
  CREATE TEMP TRIGGER segment_lives AFTER UPDATE ON search_segments BEGIN SELECT tell('u'); END;
  CREATE TEMP TRIGGER segment_goes AFTER DELETE ON search_segments BEGIN SELECT tell('t'); END`);
for (;;) {
  sqlite.exec("UPDATE sources SET index_format = 1");
  await deriveAnew(catalogue, 1, "2026-11-01T12:00:00.000Z");
  splitIndex(catalogue, 1, 4);
  await mergeSegments(catalogue, new AbortController().signal);
}
