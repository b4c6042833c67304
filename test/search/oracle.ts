import type { MachineImage } from "../../src/image.ts";
import type { ImageQuery } from "../../src/search/image-query.ts";
import { columnsOf } from "../../src/catalogue/columns.ts";
import { publisherOf } from "../../src/catalogue/publishers.ts";

/** The contract, word for word, with no regard to speed: does the term find the image? */
export function oracleMatches(image: MachineImage, term: string, match: "words" | "literal" = "words"): boolean {
  const name = image.name ?? image.id;
  const folded = foldText(term);
  if (match === "literal") {
    const whole = folded.trim();
    return [image.id, name].some((field) => foldText(field).includes(whole));
  }
  const publisher = publisherOf(image, "ec2").name;
  const fields = [image.id, name, image.description, image.ownerId, image.ownerAlias, publisher, image.platform]
    .concat(image.architecture, image.keywords)
    .flatMap((field) => (field ? [foldText(field)] : []));
  return splitTerm(folded).every(({ word, isQuoted }) => fields.some((field) => oracleHas(field, word, isQuoted)));
}

/** As it is written; by its pieces in their order, each as early as can be; or by the id that it ends in. */
function oracleHas(field: string, word: string, isQuoted: boolean): boolean {
  if (field.includes(word)) return true;
  if (isQuoted) return false;
  if (word.includes("*")) {
    let rest: string | undefined = field;
    for (const piece of word.split("*"))
      rest = rest?.includes(piece) ? rest.slice(rest.indexOf(piece) + piece.length) : undefined;
    return rest !== undefined;
  }
  const [, id] = /[^\p{L}\p{N}](ami-(?:[0-9a-f]{8}|[0-9a-f]{17}))$/u.exec(word) ?? [];
  return id !== undefined && field.includes(id);
}

/** Character by character as they are seen, each by itself: no regard to speed. */
function foldText(text: string): string {
  return Array.from(new Intl.Segmenter("und").segment(text.toWellFormed()), ({ segment }) =>
    foldGrapheme(segment),
  ).join("");
}

function foldGrapheme(grapheme: string): string {
  const plain = Array.from(grapheme, (character) => {
    if (/\p{White_Space}/u.test(character)) return " ";
    if (/[\p{Default_Ignorable_Code_Point}\p{Control}]/u.test(character)) return "";
    if (/[\p{Dash_Punctuation}\u2212]/u.test(character)) return "-";
    if ("“”„‟«»".includes(character)) return '"';
    return "‘’‚‛‹›".includes(character) ? "'" : character;
  });
  const lower = plain.join("").normalize("NFKC").toLowerCase().replaceAll("i\u0307", "i").replaceAll("ς", "σ");
  return lower.replace(/[\p{Default_Ignorable_Code_Point}]/gu, "").replaceAll("\uffff", "\ufffd");
}

function splitTerm(term: string): { word: string; isQuoted: boolean }[] {
  const words: { word: string; isQuoted: boolean }[] = [];
  let rest = term;
  while ((rest = rest.trimStart()) !== "") {
    if (rest.startsWith('"')) {
      const close = rest.indexOf('"', 1);
      words.push({ word: close > 0 ? rest.slice(1, close) : rest.slice(1).trimEnd(), isQuoted: true });
      rest = close > 0 ? rest.slice(close + 1) : "";
    } else {
      const end = rest.search(/\s/);
      words.push({ word: end < 0 ? rest : rest.slice(0, end), isQuoted: false });
      rest = end < 0 ? "" : rest.slice(end);
    }
  }
  return words.filter(({ word }) => word !== "");
}

/** What a query finds of the present images of one source: the contract's filters, word for word. */
export function oracleFinds(images: readonly MachineImage[], query: ImageQuery, now: string): MachineImage[] {
  const derived = new Map(images.map((image) => [image, columnsOf(image, "ec2", "")]));
  const familyOf = (image: MachineImage): string =>
    JSON.stringify([image.ownerId ?? "", derived.get(image)?.family_name, image.architecture ?? ""]);
  const isNewer = (a: MachineImage, b: MachineImage): boolean =>
    (a.createdAt ?? "") > (b.createdAt ?? "") || ((a.createdAt ?? "") === (b.createdAt ?? "") && a.id < b.id);
  const is = (wanted: string | undefined, ...values: (string | null | undefined)[]): boolean =>
    wanted === undefined || values.some((value) => value && foldText(value) === foldText(wanted));
  return images.filter((image) => {
    const { publisher, trust, family_name: family, root_device_type: rootDevice } = derived.get(image) ?? {};
    return (
      oracleMatches(image, query.term, query.match) &&
      is(query.architecture, image.architecture) &&
      is(query.owner, image.ownerId, image.ownerAlias) &&
      is(query.platform, image.platform) &&
      is(query.publisher, publisher) &&
      is(query.trust, trust) &&
      is(query.rootDevice, rootDevice) &&
      is(query.visibility, image.visibility) &&
      (query.family === undefined || family === query.family) &&
      isOfTime(image, query, now) &&
      (!query.latest || !images.some((other) => familyOf(other) === familyOf(image) && isNewer(other, image)))
    );
  });
}

function isOfTime({ createdAt, deprecatedAt }: MachineImage, query: ImageQuery, now: string): boolean {
  const isDeprecated = deprecatedAt !== null && deprecatedAt <= now;
  return (
    (query.deprecated === undefined || query.deprecated === isDeprecated) &&
    (query.createdAfter === undefined || (createdAt !== null && createdAt >= query.createdAfter)) &&
    (query.createdBefore === undefined || (createdAt !== null && createdAt < query.createdBefore))
  );
}

/** What a query finds, counted by value; each facet without the query's own filter on it. */
export function oracleFacets(images: readonly MachineImage[], query: ImageQuery, now: string): unknown {
  const facets = {
    architecture: "architecture",
    platform: "platform",
    publisher: "publisher",
    trust: "trust",
    visibility: "visibility",
    root_device_type: "rootDevice",
  } as const;
  return Object.fromEntries(
    Object.entries(facets).map(([facet, filter]) => {
      const counts: Record<string, number> = {};
      for (const image of oracleFinds(images, { ...query, [filter]: undefined }, now)) {
        const value = Object.entries(columnsOf(image, "ec2", "")).find(([column]) => column === facet)?.[1];
        if (value) counts[value] = (counts[value] ?? 0) + 1;
      }
      const values = Object.entries(counts).map(([value, count]) => ({ value, count }));
      return [facet, values.toSorted((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1)).slice(0, 20)];
    }),
  );
}
