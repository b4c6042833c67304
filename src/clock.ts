/** Tells the time in ISO 8601. A request asks several times within a millisecond, so the text is made once for each. */
export function createClock(): () => string {
  let last = Number.NaN;
  let text = "";
  return () => {
    const now = Date.now();
    if (now !== last) text = new Date(now).toISOString();
    last = now;
    return text;
  };
}
