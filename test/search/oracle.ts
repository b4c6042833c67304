import type { MachineImage } from "../../src/image.ts";
import type { ImageQuery } from "../../src/search/term/image-query.ts";
import { factSpellings } from "../../src/catalogue/facts/fact-spellings.ts";
import type { FilterProperty, ValueFilterName } from "../../src/catalogue/facts/filter-table.ts";
import { columnsOf, type ImageColumns } from "../../src/catalogue/facts/columns-of.ts";
import { furtherTexts } from "../../src/catalogue/facts/further-texts.ts";
import { canonicalArchitecture } from "../../src/providers/systems/architectures.ts";
import { compareNewestFirst, naturalKey } from "../../src/version-order.ts";
import { publisherOf } from "../../src/catalogue/facts/publishers.ts";

/** The contract, word for word, with no regard to speed: does the term find the image? */
export function oracleMatches(image: MachineImage, term: string, match: ImageQuery["match"] = "words"): boolean {
  const name = image.name ?? image.id;
  const folded = foldText(term);
  if (match === "literal") {
    const whole = folded.trim();
    return [image.id, name].some((field) => foldText(field).includes(whole));
  }
  const { said, spelled } = fieldsOf(image);
  const fields = match === "words" ? [...said, ...spelled] : said;
  return splitTerm(folded).every(({ word, isQuoted }) => fields.some((field) => oracleHas(field, word, isQuoted)));
}

interface OracleFields {
  readonly said: readonly string[];
  /** What people call what the image is. */
  readonly spelled: readonly string[];
}

function fieldsOf(image: MachineImage): OracleFields {
  const known = fieldsOfImages.get(image);
  if (known) return known;
  const name = image.name ?? image.id;
  const publisher = publisherOf(image, "ec2").name;
  const said = [image.id, name, image.description, image.ownerId, image.ownerAlias, publisher, image.platform]
    .concat(image.architecture, canonicalArchitecture(image.architecture), furtherTexts(image, "ec2"))
    .flatMap((field) => (field ? [foldText(field)] : []));
  const { os, os_version: osVersion, os_codename: osCodename, architecture } = columnsOf(image, "ec2", "");
  const spelled = factSpellings({ os, osVersion, osCodename, architecture }).flatMap((field) => foldText(field) || []);
  fieldsOfImages.set(image, { said, spelled });
  return { said, spelled };
}

const fieldsOfImages = new WeakMap<MachineImage, OracleFields>();

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
  const parts = word.split(",").filter((part) => part !== "");
  if (parts.length > 1 && parts.every((part) => /(?:^|[^\p{L}\p{N}])ami-(?:[0-9a-f]{8}|[0-9a-f]{17})$/u.test(part)))
    return parts.some((part) => field.includes(part.slice(part.lastIndexOf("ami-"))));
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

/** What each filter looks at, in plain code. */
const VALUES: Readonly<
  Record<
    ValueFilterName,
    { readonly property: FilterProperty; readonly of: (row: ImageColumns) => readonly (string | null)[] }
  >
> = {
  architecture: { property: "architecture", of: (row) => [row.architecture] },
  os: { property: "os", of: (row) => [row.os] },
  os_version: { property: "osVersion", of: (row) => [row.os_version] },
  os_codename: { property: "osCodename", of: (row) => [row.os_codename] },
  owner: { property: "owner", of: (row) => [row.owner_id, row.owner_alias, row.publisher] },
  publisher: { property: "publisher", of: (row) => [row.publisher] },
  trust: { property: "trust", of: (row) => [row.trust] },
  visibility: { property: "visibility", of: (row) => [row.visibility] },
  state: { property: "state", of: (row) => [row.state] },
  hidden: { property: "hidden", of: (row) => [row.hidden === 1 ? "true" : "false"] },
  platform: { property: "platform", of: (row) => [row.platform] },
  root_device_type: { property: "rootDeviceType", of: (row) => [row.root_device_type] },
  virtualization_type: { property: "virtualizationType", of: (row) => [row.virtualization_type] },
};

/** An architecture may be spelled in any way. */
function canonical(wanted: string | readonly string[] | undefined): readonly string[] | undefined {
  return wanted === undefined ? undefined : [wanted].flat().map((word) => canonicalArchitecture(word) ?? word);
}

/** What a query finds of the present images of one source: the contract's filters, word for word. */
export function oracleFinds(images: readonly MachineImage[], query: ImageQuery, now: string): MachineImage[] {
  const derived = new Map(images.map((image) => [image, columnsOf(image, "ec2", "")]));
  const familyOf = (image: MachineImage): string =>
    JSON.stringify([image.ownerId ?? "", derived.get(image)?.family_name, derived.get(image)?.architecture ?? ""]);
  // Times count only where every build of the family has one.
  const isDated = new Map<string, boolean>();
  for (const image of images) {
    const family = familyOf(image);
    isDated.set(family, (isDated.get(family) ?? true) && image.createdAt !== null);
  }
  const timeOf = (image: MachineImage): string => (isDated.get(familyOf(image)) ? (image.createdAt ?? "") : "");
  const isNewer = (a: MachineImage, b: MachineImage, byName: boolean): boolean => {
    if (!byName && timeOf(a) !== timeOf(b)) return timeOf(a) > timeOf(b);
    const order = compareNewestFirst(a.name ?? a.id, b.name ?? b.id);
    return order < 0 || (order === 0 && a.id < b.id);
  };
  const canLaunch = (image: MachineImage): boolean =>
    derived.get(image)?.state === "available" && derived.get(image)?.family_name !== "";
  const is = (wanted: string | readonly string[] | undefined, ...values: (string | null | undefined)[]): boolean =>
    wanted === undefined ||
    [wanted].flat().some((one) => values.some((value) => value && foldText(value) === foldText(one)));
  const passing = images.filter((image) => {
    const columns = derived.get(image);
    return (
      oracleMatches(image, query.term, query.match) &&
      Object.entries(VALUES).every(([name, { property, of }]) => {
        const wanted = query[property];
        return is(name === "architecture" ? canonical(wanted) : wanted, ...(columns ? of(columns) : []));
      }) &&
      !(query.deprecated === false && query.hidden === undefined && columns?.hidden === 1) &&
      (query.family === undefined || [query.family].flat().includes(columns?.family_name ?? "")) &&
      (!query.ids || query.ids.some((id) => id.trim().toLowerCase() === image.id.toLowerCase())) &&
      (!query.without?.trim() || !oracleMatches(image, query.without, query.match)) &&
      isOfTime(image, query, now)
    );
  });
  if (!query.latest) return passing;
  const groupOf = (image: MachineImage): string =>
    (query.latest === "line" && derived.get(image)?.line) || familyOf(image);
  const builds = passing.filter(canLaunch);
  return builds.filter((image) => {
    const group = builds.filter((other) => groupOf(other) === groupOf(image));
    const isUndated = group.some((other) => timeOf(other) === "");
    return !group.some((other) => isNewer(other, image, isUndated));
  });
}

function isOfTime({ createdAt, deprecatedAt }: MachineImage, query: ImageQuery, now: string): boolean {
  const isDeprecated = deprecatedAt !== null && deprecatedAt <= now;
  return (
    (query.deprecated === undefined || query.deprecated === isDeprecated) &&
    (query.createdAfter === undefined || (createdAt !== null && createdAt >= timeAsked(query.createdAfter, now))) &&
    (query.createdBefore === undefined || (createdAt !== null && createdAt < query.createdBefore))
  );
}

/** The same in the order that `sort` asks for: by time or name, what has none last, then by id. */
export function oracleSorted(images: readonly MachineImage[], sort: NonNullable<ImageQuery["sort"]>): MachineImage[] {
  const sign = sort.startsWith("-") ? -1 : 1;
  const textOf = ({ id, name, createdAt }: MachineImage): string =>
    sort.endsWith("name") ? naturalKey(name ?? id) : (createdAt ?? "");
  return images.toSorted((a, b) => {
    const [one, other] = [textOf(a), textOf(b)];
    if (one !== other && (one === "" || other === "")) return one === "" ? 1 : -1;
    return one === other ? (a.id < b.id ? -1 : 1) : one < other ? -sign : sign;
  });
}

/** `300d` is so many days before now. */
function timeAsked(text: string, now: string): string {
  const days = /^(\d+)d$/.exec(text)?.[1];
  return days === undefined ? text : new Date(Date.parse(now) - Number(days) * 86_400_000).toISOString();
}

/** What a query finds, counted by value; each facet without the query's own filter on it. */
export function oracleFacets(images: readonly MachineImage[], query: ImageQuery, now: string): unknown {
  const facets = Object.entries(VALUES).filter(([name]) => name !== "owner");
  return Object.fromEntries(
    facets.map(([facet, { property, of }]) => {
      const counts: Record<string, number> = {};
      for (const image of oracleFinds(images, { ...query, [property]: undefined }, now))
        for (const value of of(columnsOf(image, "ec2", ""))) if (value) counts[value] = (counts[value] ?? 0) + 1;
      const values = Object.entries(counts).map(([value, count]) => ({ value, count }));
      return [facet, values.toSorted((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1)).slice(0, 20)];
    }),
  );
}
