import { create, insertMultiple, search as searchOrama } from "@orama/orama";
import Database from "better-sqlite3";
import FlexSearch from "flexsearch";
import MiniSearch from "minisearch";
import { publisherOf } from "../../src/catalogue/facts/publishers.ts";
import { fold } from "../../src/fold.ts";
import type { MachineImage } from "../../src/image.ts";

/** Answers a term its own way; what it finds is not always right, which is not measured here. */
export interface Rival {
  readonly name: string;
  readonly runs: number;
  find(term: string): unknown;
}

/** SQLite's trigram index three ways: rows by row number and their count (the floor), rows by date; and a scan. */
export function createSqlRivals(images: readonly MachineImage[]): Rival[] {
  const texts = images.map(textOf);
  const db = new Database("");
  db.exec("CREATE TABLE i (id INTEGER PRIMARY KEY, created TEXT, name TEXT, extra TEXT)");
  db.exec(
    "CREATE VIRTUAL TABLE t USING fts5(text, tokenize = 'trigram case_sensitive 1', content = '', contentless_delete = 1)",
  );
  const [row, text] = [
    db.prepare("INSERT INTO i VALUES (?, ?, ?, ?)"),
    db.prepare("INSERT INTO t (rowid, text) VALUES (?, ?)"),
  ];
  db.transaction(() => {
    images.forEach((image, at) => {
      row.run(at + 1, image.createdAt, image.name, JSON.stringify(image.extra));
      text.run(at + 1, texts[at]);
    });
  })();
  const count = db.prepare("SELECT count(*) FROM t WHERE t MATCH ?").pluck();
  const rows = "SELECT i.id, i.name, i.extra FROM t JOIN i ON i.id = t.rowid WHERE t MATCH ? ORDER BY";
  const byRow = db.prepare(`${rows} t.rowid DESC LIMIT 50`);
  const byCreated = db.prepare(`${rows} i.created DESC LIMIT 50`);
  const match = (term: string): string =>
    term
      .split(" ")
      .map((word) => `"${word}"`)
      .join(" AND ");
  return [
    { name: "floor", runs: 9, find: (term) => [byRow.all(match(term)), count.get(match(term))] },
    { name: "created", runs: 9, find: (term) => byCreated.all(match(term)) },
    {
      name: "scan",
      runs: 9,
      find(term) {
        const words = term.split(" ");
        return texts.filter((text) => words.every((word) => text.includes(word))).length;
      },
    },
  ];
}

/** All that ours looks into: the same words find the same images. */
export function textOf(image: MachineImage): string {
  const { ownerId, ownerAlias, platform, architecture } = image;
  const publisher = publisherOf(image, "ec2").name;
  const fields = [image.id, image.name, image.description, ownerId, ownerAlias, publisher, platform, architecture];
  return fold([...fields, ...image.keywords].join("\n"));
}

/** MiniSearch over all images, as its README shows. */
export function createMiniSearchRival(images: readonly MachineImage[]): Rival {
  const mini = new MiniSearch({ fields: ["id", "name", "description"] });
  mini.addAll(images.map(({ id, name, description }) => ({ id, name, description })));
  return {
    name: "minisearch",
    runs: 3,
    find: (term) => mini.search(term, { prefix: true, combineWith: "AND" }).slice(0, 50),
  };
}

/** Libraries that a user might pick instead, set up as their READMEs show. Their indexes fill the heap one by one. */
export const OTHER_LIBRARIES: Record<string, (images: readonly MachineImage[]) => Promise<Rival>> = {
  async orama(images) {
    const index = create({ schema: { name: "string", description: "string" } });
    await insertMultiple(
      index,
      images.map(({ id, name, description }) => ({ id, name: `${id} ${name ?? ""}`, description: description ?? "" })),
      5000,
    );
    return { name: "orama", runs: 3, find: (term) => searchOrama(index, { term, limit: 50, threshold: 0 }) };
  },
  async flexsearch(images) {
    const index = new FlexSearch.Index({ tokenize: "forward" });
    images.forEach(({ id, name, description }, at) => index.add(at, `${id} ${name ?? ""} ${description ?? ""}`));
    return { name: "flexsearch", runs: 3, find: (term) => index.search(term, { limit: 50 }) };
  },
};
