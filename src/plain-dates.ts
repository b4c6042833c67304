/*
 * Calendar dates in names, in the one form whose order as a number is that of days: `31-12-2023`, `12/31/2023`, `31.12.2023`,
 * `2023-12-31`, `31 Dec 2023` and `Dec-31-2023` are `20231231`; `Dec-2023` is `20231200`. Of two numbers that both may be the month
 * the first is the day. Versions stay: `2023.11.1`, `8.9.2024`; between dots only `28.02.2024` is a date.
 */

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"] as const;
const YEAR = "20[0-4]\\d";
const MONTH =
  "(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)";
const BEGIN = "(?<![\\p{L}\\p{N}]|\\d[.])";
const END = "(?![\\p{L}\\p{N}])";
const GAP = "[-_. ,]{0,2}";

const YEAR_FIRST = new RegExp(`${BEGIN}(${YEAR})([-_/])(\\d{1,2})\\2(\\d{1,2})(?!\\d)`, "gu");
const YEAR_LAST = new RegExp(
  `${BEGIN}(\\d{1,2}(?=[-_/])|\\d\\d(?=\\.\\d\\d\\.))([-_/.])(\\d{1,2})\\2(${YEAR})${END}`,
  "gu",
);
const NAMED_LAST = new RegExp(
  `${BEGIN}(?:(\\d{1,2})${GAP})?(${MONTH})${GAP}(?:(\\d{1,2})[-_. ,]{1,2})?(${YEAR})${END}`,
  "gu",
);
const NAMED_FIRST = new RegExp(`${BEGIN}(${YEAR})${GAP}(${MONTH})(?:${GAP}(\\d{1,2}))?${END}`, "gu");
/** Nothing is a date without a year. */
const ANY_YEAR = /20[0-4]\d/;

/** A folded text with its dates as numbers of eight digits; what is no date stays. */
export function plainDates(folded: string): string {
  if (!ANY_YEAR.test(folded)) return folded;
  return folded
    .replace(YEAR_FIRST, (text, year: string, _, month: string, day: string) => dateOf(year, month, day) ?? text)
    .replace(YEAR_LAST, (text, first: string, _, second: string, year: string) => {
      return dateOf(year, second, first) ?? dateOf(year, first, second) ?? text;
    })
    .replace(NAMED_LAST, (text, before: string | undefined, month: string, after: string | undefined, year: string) => {
      return dateOf(year, numberOf(month), before ?? after ?? "0") ?? text;
    })
    .replace(NAMED_FIRST, (text, year: string, month: string, day: string | undefined) => {
      return dateOf(year, numberOf(month), day ?? "0") ?? text;
    });
}

/** Undefined for what is no date; day 0 stands for none. */
function dateOf(year: string, month: string, day: string): string | undefined {
  const isDate = Number(month) >= 1 && Number(month) <= 12 && Number(day) <= 31;
  return isDate ? `${year}${month.padStart(2, "0")}${day.padStart(2, "0")}` : undefined;
}

function numberOf(month: string): string {
  return String(MONTHS.findIndex((name) => month.startsWith(name)) + 1);
}
