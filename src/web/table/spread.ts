/** A line of a table's body: a row, or a gap in place of rows that are left out. */
export type Line =
  | { readonly kind: "row"; readonly index: number }
  | { readonly kind: "gap"; readonly after: number; readonly height: number };

/** Rows with gaps between them where others are left out, so that each stands where it would stand among all. */
export function spread(
  rows: readonly { readonly index: number; readonly start: number; readonly end: number }[],
  { top, height }: { readonly top: number; readonly height: number },
): Line[] {
  const lines: Line[] = [];
  let at = top;
  let after = -1;
  for (const { index, start, end } of rows) {
    if (start > at) lines.push({ kind: "gap", after, height: start - at });
    lines.push({ kind: "row", index });
    at = end;
    after = index;
  }
  if (top + height > at) lines.push({ kind: "gap", after, height: top + height - at });
  return lines;
}
