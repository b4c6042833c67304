import type { FamilyBuild } from "../../catalogue/read/family-documents.ts";
import { fold, wordsOf } from "../../fold.ts";
import { type FamilyWords, type Traits, traitsOf } from "./family-weight.ts";

/** The text of families with the same words. The index has it once, for all sources. */
export interface FamilyDocument {
  readonly id: number;
  readonly build: FamilyBuild;
  readonly words: FamilyWords;
  readonly traits: Traits;
  /** Which sources show it, and when the newest build of each was made. */
  readonly sources: ReadonlyMap<number, string>;
}

/** A document whose sources come and go. Its words are cut lazily, since most are not needed before the index reads them. */
export class GrowingDocument implements FamilyDocument {
  readonly id: number;
  readonly build: FamilyBuild;
  readonly sources = new Map<number, string>();
  private readonly cut: WordCutter;
  private knownWords: FamilyWords | undefined;
  private knownTraits: Traits | undefined;

  constructor(id: number, build: FamilyBuild, cut: WordCutter) {
    this.id = id;
    this.build = build;
    this.cut = cut;
  }

  get words(): FamilyWords {
    return (this.knownWords ??= this.readWords());
  }

  get traits(): Traits {
    return (this.knownTraits ??= traitsOf(this.words, this.build));
  }

  private readWords(): FamilyWords {
    const { name, publisher, about } = this.build;
    return { name: readWords(name), publisher: this.cut(publisher), about: this.cut(about) };
  }

  /** Frees the words, which the index has now. */
  forget(): void {
    this.knownWords = undefined;
  }
}

/** Texts whose words are kept while documents are read, since many documents share them. */
const TEXTS_KEPT = 2_000;

/** Cuts texts at their words. */
export type WordCutter = (text: string) => readonly string[];

/** For texts that many documents share. */
export function createWordCutter(): WordCutter {
  const kept = new Map<string, readonly string[]>();
  return (text) => {
    let words = kept.get(text);
    if (!words) {
      if (kept.size >= TEXTS_KEPT) kept.clear();
      kept.set(text, (words = readWords(text)));
    }
    return words;
  };
}

/** Whether two builds have the same searchable text. */
export function isSameText(a: FamilyBuild, b: FamilyBuild): boolean {
  return a.name === b.name && a.publisher === b.publisher && a.about === b.about && a.ownerId === b.ownerId;
}

export function isShown(document: FamilyDocument | undefined, sourceIds: ReadonlySet<number>): boolean {
  if (!document) return false;
  const { sources } = document;
  const [fewer, more] = sources.size < sourceIds.size ? [sources, sourceIds] : [sourceIds, sources];
  for (const id of fewer.keys()) if (more.has(id)) return true;
  return false;
}

/** The words of all its texts, each as often as it is there. */
export function allWordsOf({ words: { name, publisher, about } }: FamilyDocument): string[] {
  return name.concat(publisher, about);
}

function readWords(text: string): string[] {
  return wordsOf(fold(text)).filter(isWord);
}

const HAS_DIGIT = /\d/;

/** Long numbers and hashes occur once; the database finds them, and here they would only fill memory. */
export function isWord(word: string): boolean {
  if (word.length > 24) return false;
  return !HAS_DIGIT.test(word) || !(/\d{6,}/.test(word) || (word.length >= 8 && /^[0-9a-f]*$/.test(word)));
}
