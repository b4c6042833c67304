/** A place in a text: lines and columns count from 1. */
export interface TextPlace {
  readonly line: number;
  readonly column: number;
}

/** Converts offsets, given in rising order, to lines and columns. */
export function createLocator(text: string): (offset: number) => TextPlace {
  let line = 1;
  let lineStart = 0;
  return (offset) => {
    for (let at = text.indexOf("\n", lineStart); at >= 0 && at < offset; at = text.indexOf("\n", lineStart)) {
      line++;
      lineStart = at + 1;
    }
    return { line, column: offset - lineStart + 1 };
  };
}
