import { blob, index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
import { sources } from "./schema.ts";

/**
 * The search's index: each source has some segments for its present images and some for its retired ones. A segment never changes
 * but for which of its images are dead (retired, gone, or changed and in a newer segment).
 */
export const searchSegments = sqliteTable(
  "search_segments",
  {
    /** Never given twice. */
    id: integer("id").primaryKey({ autoIncrement: true }),
    sourceId: integer("source_id")
      .notNull()
      .references(() => sources.id, { onDelete: "cascade" }),
    kind: text("kind", { enum: ["present", "retired"] }).notNull(),
    /** `building`: searches do not look into it yet. */
    state: text("state", { enum: ["building", "live"] }).notNull(),
    /** Images, dead ones included. */
    size: integer("size").notNull(),
    deadCount: integer("dead_count").notNull(),
    /** One bit an image, in the order of answers; null: none is dead. */
    dead: blob("dead", { mode: "buffer" }),
    /** JSON array: the bytes of each part; see catalogue/index/segment.ts. */
    partBytes: text("part_bytes").notNull(),
  },
  (table) => [index("search_segments_by_source").on(table.sourceId, table.kind, table.state)],
);

/** The parts of segments in pages of 16 KiB, packed (deflate) where that makes them smaller. */
export const searchPages = sqliteTable("search_pages", {
  /** (segment * 256 + part) * 65536 + page. */
  id: integer("id").primaryKey(),
  data: blob("data", { mode: "buffer" }).notNull(),
});
