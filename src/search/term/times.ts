const UNITS: Readonly<Record<string, number>> = { h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/** An age: `12h`, `30d`, `8w`. */
export const AGE = /^(\d{1,5})([hdw])$/;

/** A requested time in milliseconds: ISO 8601, or an age before `now`. Undefined for none. */
export function askedTime(text: string | undefined, now: number): number | undefined {
  if (text === undefined) return undefined;
  const [, count = "", unit = ""] = AGE.exec(text) ?? [];
  const time = count === "" ? Date.parse(text) : now - Number(count) * (UNITS[unit] ?? 0);
  return Number.isFinite(time) ? time : undefined;
}

/** Whether a time is an age, so that its meaning changes as time goes by. */
export function isAge(text: string | undefined): boolean {
  return text !== undefined && AGE.test(text);
}
