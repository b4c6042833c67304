import Database from "better-sqlite3";
import MiniSearch from "minisearch";
import { getBackend } from "../../src/catalogue/backends.ts";
import { openCatalogue } from "../../src/catalogue/open-catalogue.ts";
import { publisherOf } from "../../src/catalogue/publishers.ts";
import { fold } from "../../src/fold.ts";
import type { MachineImage } from "../../src/image.ts";
import { createImageSearch } from "../../src/search/search-images.ts";
import { NOW } from "../catalogue/seed.ts";
import { type Corpus, corpusImages } from "./corpus.ts";
import { type Bar, geometricMean, medianTime } from "./measure.ts";

/** What users type: words, several words, versions, ids, single letters, and words as they are typed. */
const TERMS = [
  "ubuntu",
  "ubuntu jammy arm64",
  "jammy-22.04",
  "windows 2019",
  "amzn2-ami-hvm",
  "ami-0bf0453c",
  "debian 12",
  "centos 7",
  "eks 1.29",
  "nat",
  "deep learning pytorch",
  "tu/im",
  "bitnami wordpress",
  "a",
  "linux",
  "x86_64",
  "u",
  "ub",
  "ubu",
  "ubun",
  "ubunt",
];

interface Row {
  readonly term: string;
  readonly found: number;
  readonly ours: number;
  readonly floor: number;
  readonly created: number;
  readonly minisearch: number;
  readonly scan: number;
}

/** Searches of 200,000 images, first fifty and total: ours beside what one might use instead. Milliseconds. */
export async function benchSearch(corpus: Corpus, count: number): Promise<Bar[]> {
  const [region = ""] = corpus.regions;
  using catalogue = openCatalogue(corpus.file);
  const search = createImageSearch(catalogue, () => NOW);
  await search.caughtUp();
  const backend = getBackend(catalogue, region);
  const rivals = createRivals([...corpusImages(count, region)]);

  const rows = TERMS.map((term): Row => {
    const ask = (): number => {
      // Without what it remembers: each answer is worked out anew.
      search.forget();
      return search.page([backend], { term, match: "words" }, { limit: 50, offset: 0 }).total;
    };
    const times = Object.fromEntries(
      Object.entries(rivals).map(([name, run]) => [name, medianTime(() => run(term), name === "minisearch" ? 3 : 9)]),
    );
    return {
      term,
      found: ask(),
      ours: medianTime(ask),
      floor: times["floor"] ?? Number.NaN,
      created: times["created"] ?? Number.NaN,
      minisearch: times["minisearch"] ?? Number.NaN,
      scan: times["scan"] ?? Number.NaN,
    };
  });
  console.table(
    rows.map((row) =>
      Object.fromEntries(
        Object.entries(row).map(([name, value]) => [
          name,
          typeof value === "number" ? Number(value.toFixed(2)) : value,
        ]),
      ),
    ),
  );
  // The trigram index cannot answer words of one or two characters: those rows are compared with the others only.
  const indexed = rows.filter(({ term }) => term.split(" ").every((word) => word.length >= 3));
  return [
    {
      what: "search: times faster than MiniSearch over all images",
      measured: geometricMean(rows.map((row) => row.minisearch / row.ours)),
      bar: 20,
      atLeast: true,
    },
    {
      what: "search: times faster than trigram ORDER BY created",
      measured: geometricMean(indexed.map((row) => row.created / row.ours)),
      bar: 3,
      atLeast: true,
    },
    {
      what: "search: of the floor, geometric mean",
      measured: geometricMean(indexed.map((row) => row.ours / row.floor)),
      bar: 1.5,
      atLeast: false,
    },
    {
      what: "search: of the floor, worst query",
      measured: Math.max(...indexed.map((row) => row.ours / row.floor)),
      bar: 3,
      atLeast: false,
    },
    {
      what: "search: slowest query, ms (no request may block longer than 20)",
      measured: Math.max(...rows.map((row) => row.ours)),
      bar: 20,
      atLeast: false,
    },
  ];
}

/** Each answers a term its own way; what they find is not always right, which is not measured here. */
function createRivals(images: readonly MachineImage[]): Record<string, (term: string) => unknown> {
  // All that ours looks into: the same words find the same images.
  const texts = images.map((image) => {
    const { ownerId, ownerAlias, platform, architecture } = image;
    const fields = [
      image.id,
      image.name,
      image.description,
      ownerId,
      ownerAlias,
      publisherOf(image, "ec2").name,
      platform,
      architecture,
    ];
    return fold([...fields, ...image.keywords].join("\n"));
  });
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
  const mini = new MiniSearch({ fields: ["id", "name", "description"] });
  mini.addAll(images.map(({ id, name, description }) => ({ id, name, description })));
  return {
    floor: (term) => [byRow.all(match(term)), count.get(match(term))],
    created: (term) => byCreated.all(match(term)),
    minisearch: (term) => mini.search(term, { prefix: true, combineWith: "AND" }).slice(0, 50),
    scan(term) {
      const words = term.split(" ");
      return texts.filter((one) => words.every((word) => one.includes(word))).length;
    },
  };
}
