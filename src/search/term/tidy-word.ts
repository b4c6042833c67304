/*
 * What may have been meant by a word that was pasted or typed, best first. No letter or digit is left out; only characters
 * around or between them change. The one exception is a word that names an image by its id.
 */

/**
 * What stands around a word where it was copied from: quotes and brackets of any script, commas, full stops, the marks of a list,
 * an assignment or Markdown. A `*` may be a pattern's, a `-` the end of a part of a name.
 */
const AROUND = /^[^\p{L}\p{N}\p{M}*-]+|[^\p{L}\p{N}\p{M}*-]+$/gu;
const ENTITY = /&(?:quot|apos|amp|lt|gt|nbsp|#\d{2,4});/g;
/** A word that names what follows: `image_id=`, `"ImageId":`, `name=`. */
const KEY =
  /^[^\p{L}\p{N}]*(?:(?:source|base|aws)?[_-]?(?:image|ami|snapshot)s?[_-]?(?:ids?|family|name)?|ids?|names?|values?)["'`]?[:=]+/u;
/** Azure's word for the newest of the versions of a SKU or a gallery's definition. */
const NEWEST_VERSION = /(?<=^[^:]+:[^:]+:[^:]+):latest$|(?<=\/)versions\/latest$/;
/** The beginnings of regular expressions that are no part of a name. */
const ANCHORS = /^\^|\$$/g;
const ANYTHING = /\.[*+]\??/g;
const UNDASHED = /^([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})$/;
const STARS = /\*+/g;
const BETWEEN = /[\s'"`,;:()[\]{}<>=|/\\]+/g;
const PUNCTUATION = /[^\p{L}\p{N}\p{M}.]+/gu;
/** `22-04`, `22_04`: numbers of a version, which names write with a dot. */
const DASHED_VERSION = /(?<=(?:^|[^\p{L}\p{N}])\d{1,4})[-_](?=\d{1,4}(?:$|[^\p{L}\p{N}]))/gu;
/** `ubuntu2204`: two digits of a year, two of April or October. */
const GLUED_RELEASE = /(?<=\p{L}[-_ ]?|^)(\d\d)(04|10)$/u;
/** Where letters end and a number begins: `windows2022`. `x86` and `v2` are words. */
const GLUED_NUMBER = /(?<=\p{L}{2})(?=\d)/gu;

/** A word without what stands around it where it was copied from. */
export function bareWord(word: string): string {
  return word.replace(ENTITY, " ").replace(AROUND, "");
}

/** What else a word of a folded term may have been, without repetition and without the word itself. */
export function tidyWord(word: string): string[] {
  const bare = bareWord(bareWord(word).replace(KEY, ""));
  const id = imageIdIn(bare) ?? SNAPSHOT.exec(bare)?.[1] ?? "";
  const starless = bare.replace(STARS, " ").trim();
  const dotted = bare.replace(DASHED_VERSION, ".");
  const readings = [
    bare,
    id,
    bare.replace(UNDASHED, "$1-$2-$3-$4-$5"),
    bare.replace(NEWEST_VERSION, ""),
    bare.search(ANYTHING) < 0 ? "" : bare.replace(ANCHORS, "").replace(ANYTHING, "*"),
    ...tailsOf(bare),
  ];
  // The parts of an id occur in other ids, too.
  if (isImageId(bare) || id !== "") return unlike(word, readings);
  readings.push(
    starless,
    bare.replace(BETWEEN, " "),
    bare.replace(GLUED_RELEASE, " $1.$2"),
    dotted.replace(GLUED_NUMBER, " "),
    spaced(dotted),
    bare.replace(GLUED_NUMBER, " "),
    spaced(bare),
  );
  return unlike(word, readings);
}

function unlike(word: string, readings: readonly string[]): string[] {
  const tidied = readings.map((reading) => reading.replace(/\s+/g, " ").trim());
  return [...new Set(tidied)].filter((reading) => reading !== "" && reading !== word);
}

const ADDRESS = /^(?:[a-z][a-z0-9+.-]*:)?\/\/[^/]+\/|^[a-z0-9-]+(?:\.[a-z0-9-]+)+(?::\d+)?\/|^[a-z]+:\/\//;
const RESOURCE = /^.*(?:^|[/:])images?(?:detail)?[/:](?:family\/)?(?=.)/;

/** What a URL or a resource path may name: everything after its host, or after `images/`. */
function tailsOf(word: string): string[] {
  const path = word.replace(ADDRESS, "").replace(/[?#].*$/, "");
  const isPath = path !== word || /^(?:arn|crn|acs):|(?:^|\/)(?:global|projects|subscriptions)\//.test(word);
  if (!isPath) return [];
  const tail = path.replace(RESOURCE, "");
  return [
    word.replace(/^[a-z]+:\/\//, ""),
    path,
    path.replace(/^library\//, ""),
    tail,
    tail.replace(/\/(?:file|overview)$/, ""),
  ];
}

/** What an ARN or an assignment names by its tail. */
const SNAPSHOT = /(?:^|[^\p{L}\p{N}])(snap-[0-9a-f]{8}(?:[0-9a-f]{9})?)$/u;

/** A word that only labels another one, in a file or a list: `ImageId`, `--image-id`, `and`, the `1.` of a list. */
export function isLabel(word: string): boolean {
  return LABEL.test(word) || /^\d{1,2}[.)]$/.test(word);
}

const LABEL =
  /^[^\p{L}\p{N}]*(?:(?:source[_-]?)?(?:image|ami|snapshot)s?[_-]?(?:ids?)?|ids?|names?|values?|and|or)[^\p{L}\p{N}]*$/u;

/** Whether a word is or names a snapshot. */
export function isSnapshotId(word: string): boolean {
  return SNAPSHOT.test(word);
}

/** Its words, apart; `22.04` stays one. */
function spaced(text: string): string {
  return text.replace(PUNCTUATION, " ").replace(GLUED_NUMBER, " ");
}

const ID_AT_END = [
  // EC2's, after any character but a letter or digit: `arn:aws:ec2:us-east-1::image/ami-…`, `resolve:ami-…`.
  /(?:^|[^\p{L}\p{N}])(ami-[0-9a-f]{8}(?:[0-9a-f]{9})?)$/u,
  // Glance's and others' UUIDs: `https://cloud/v2/images/UUID`.
  /(?:^|[/:=])([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/,
  // Digests and Oracle's ids.
  /(?:^|[@/:=])(sha256:[0-9a-f]{64})$/,
  /(?:^|[/=])(ocid1\.image\.[a-z0-9._-]+)$/,
  // Paths of resources. `ubuntu/images/hvm-ssd` is the beginning of a name.
  /(?:^|\/)projects\/[^/\s]+\/global\/images\/(?:family\/)?([^/\s]+)$/,
  /\/providers\/microsoft\.compute\/images\/([^/\s]+)$/,
];

/** The image id at the end of a word; undefined for a word that is an id itself, or has none. */
export function imageIdIn(word: string): string | undefined {
  const id = idAtEnd(word);
  return id === word ? undefined : id;
}

/** Whether a word is an image's id, or ends with one. */
export function isImageId(word: string): boolean {
  return idAtEnd(word) !== undefined;
}

/** The ids in a word that has several, with commas between them; undefined for any other word. */
export function imageIdsIn(word: string): readonly string[] | undefined {
  const ids = word.split(",").filter((part) => part !== "");
  if (ids.length < 2) return undefined;
  const named = ids.flatMap((id) => idAtEnd(id) ?? []);
  return named.length === ids.length ? named : undefined;
}

function idAtEnd(word: string): string | undefined {
  for (const form of ID_AT_END) {
    const [, id] = form.exec(word) ?? [];
    if (id !== undefined) return id;
  }
  return marketplaceIdIn(word);
}

/** Azure's own id of a version in the Marketplace, as the URN that images of it have here. */
const MARKETPLACE =
  /\/publishers\/([^/\s]+)\/artifacttypes\/vmimage\/offers\/([^/\s]+)\/skus\/([^/\s]+)\/versions\/([^/\s]+)$/;

function marketplaceIdIn(word: string): string | undefined {
  const [, ...parts] = MARKETPLACE.exec(word) ?? [];
  return parts.length === 0 ? undefined : parts.join(":");
}
