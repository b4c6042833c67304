import { deletePages } from "../../../src/catalogue/index/segment-pages.ts";
import { writeSegments } from "../../../src/catalogue/index/write-segments.ts";
import type { Catalogue } from "../../../src/catalogue/file/open-catalogue.ts";

/** Makes several segments of a source's index, as many commits would. */
export function splitIndex({ sqlite }: Catalogue, sourceId: number, segments: number): void {
  sqlite
    .transaction(() => {
      const ids = sqlite.prepare<[number], number>("SELECT id FROM search_segments WHERE source_id = ?").pluck();
      for (const id of ids.all(sourceId)) deletePages(sqlite, id);
      sqlite.prepare("DELETE FROM search_segments WHERE source_id = ?").run(sourceId);
      for (const kind of ["present", "retired"] as const) {
        const select = `SELECT id FROM images WHERE source_id = ? AND retired_at IS ${kind === "present" ? "" : "NOT"} NULL`;
        const rows = sqlite.prepare<[number], number>(select).pluck().all(sourceId);
        for (let at = 0; at < segments; at++)
          writeSegments(
            sqlite,
            sourceId,
            kind,
            rows.filter((_, n) => n % segments === at),
          );
      }
    })
    .immediate();
}
