import { fold } from "./fold.ts";

const MOST_NEAR = 3;

/** `; did you mean "ireland"?`, to be put behind a complaint about a name that is not among those known; empty if none is near. */
export function didYouMean(name: string, known: readonly string[]): string {
  const near = nearNames(name, known).map((each) => JSON.stringify(each));
  return near.length === 0 ? "" : `; did you mean ${near.join(" or ")}?`;
}

/** Names that hold the word, or are held by it, and those that are a few letters off: at most 3, the nearest first. */
export function nearNames(word: string, names: readonly string[]): string[] {
  const wanted = fold(word);
  return names
    .map((name) => ({ name, distance: distanceTo(wanted, fold(name)) }))
    .filter(({ distance }) => distance <= mostSlipsIn(wanted))
    .toSorted((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : 1))
    .slice(0, MOST_NEAR)
    .map(({ name }) => name);
}

/** One in three letters; nobody slips more than three times, however long the name. */
function mostSlipsIn(word: string): number {
  return Math.min(3, Math.max(1, Math.floor(word.length / 3)));
}

function distanceTo(wanted: string, name: string): number {
  const isPart = Math.min(wanted.length, name.length) >= 3 && (name.includes(wanted) || wanted.includes(name));
  return isPart ? 0 : Math.min(...[name, ...name.split(" ")].map((each) => editDistance(wanted, each)));
}

/**
 * How many typing slips lie between two words: letters left out, added or replaced, or two neighbours swapped
 * (the optimal string alignment distance). MiniSearch's own distance counts a swap as two.
 */
export function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const isSame = a[i - 1] === b[j - 1];
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      row[j] = Math.min(
        (above[j] ?? 0) + 1,
        (row[j - 1] ?? 0) + 1,
        (above[j - 1] ?? 0) + (isSame ? 0 : 1),
        isSwap ? (before[j - 2] ?? 0) + 1 : Infinity,
      );
    }
    [before, above] = [above, row];
  }
  return above[b.length] ?? 0;
}
