/** What marks a version as coming before the release that it leads to: `-rc.1`, `~beta2`. */
const PRE_RELEASE = /^[-._~+ ]?(?:alpha|beta|dev|pre|preview|rc|snapshot)(?![a-z])/i;

/** Compares names by the numbers in them: `8.9` before `8.10`, and `2.0.0-rc.1` before `2.0.0`. Negative when `a` is the older. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [piecesOf(a), piecesOf(b)];
  for (let at = 0; ; at++) {
    const [x, y] = [left[at], right[at]];
    if (x === undefined && y === undefined) return 0;
    if (x === undefined) return PRE_RELEASE.test(y ?? "") ? 1 : -1;
    if (y === undefined) return PRE_RELEASE.test(x) ? -1 : 1;
    const order = comparePieces(x, y);
    if (order !== 0) return order;
  }
}

/** Runs of digits, and what is between them. */
function piecesOf(name: string): readonly string[] {
  return name.match(/\d+|\D+/g) ?? [];
}

function comparePieces(x: string, y: string): number {
  if (!/^\d/.test(x) || !/^\d/.test(y)) return x === y ? 0 : x < y ? -1 : 1;
  const [m, n] = [x.replace(/^0+(?=\d)/, ""), y.replace(/^0+(?=\d)/, "")];
  // Serials have more digits than a number of JavaScript can hold.
  return m.length - n.length || (m === n ? 0 : m < n ? -1 : 1);
}
