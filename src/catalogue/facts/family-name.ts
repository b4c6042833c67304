/*
 * Builds of one image differ in dates, serials, hashes and build numbers; what is left names their family.
 * The patterns below stand for those, with the rules for what only looks alike: a bare year is a version
 * (Windows 2022), so are `22.04`, `18.03` and `8.3.2011`, and a hash holds digits and letters.
 *
 * They must stay linear in the name's length, and must not see more in a name that already has a `*`:
 * so `*` never is a delimiter, and every quantifier that could meet another one is bounded.
 */

/** Where a delimited part begins and ends. */
const B = "(?<![a-z0-9*])";
const E = "(?![a-z0-9*])";

const YEAR = "20[0-4]\\d";
const MONTH = "(?:0[1-9]|1[0-2])";
const DAY = "(?:0[1-9]|[12]\\d|3[01])";
const MONTH_NAME =
  "(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)";

/** A time of day behind a date: `T16-04-11.870Z`, `-170221`, ` 05:10`, `T0304`. */
const TIME = "(?:[t _-]?(?:[01]\\d|2[0-3])(?:(?:[:-]?[0-5]\\d){1,2}|(?:\\.[0-5]\\d){2})(?:\\.\\d{3,9})?z?" + E + ")";
/** A serial behind a date: `-1614`, `.0`, `_1`, Fedora's `.n.1`; `-22.04` is a version. */
const SERIAL = "(?:\\.[nt]\\.\\d{1,3}|[-._]\\d{1,6}(?!\\.\\d))" + E;
/** What may follow a date, unless it is another date. */
const REST = `(?:(?![t _.-]?${YEAR}[-_.]${MONTH})${TIME}?(?:${SERIAL})?)?`;

const HASH = "(?=[a-f]*\\d)(?=\\d*[a-f])[0-9a-f]{7,}";

/** Ids of what an image is a backup of: of each there may be many builds. */
const MADE_OF = "i|mi|vol|fs|eni";
/** A customer's number with a letter (`c1000234`, `1000234a`), or with a country's two (`DE123456789`), is no hash. */
const NO_NUMBER = `(?!(?:[a-f]\\d{6,}|[a-f]{2}\\d{7,}|\\d{6,}[a-f])${E})`;

const VARIABLE_PARTS = [
  // UUIDs; the AMI that a marketplace image was copied from, with the listing's version: `-ami-4bc8fe31.4`.
  `${B}[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}${E}`,
  `${B}(?:ami|aki|ari|snap)-[0-9a-f]{8}(?:[0-9a-f]{9})?(?:\\.\\d{1,3})?${E}`,
  // Hashes, also with a commit count: git's `-12-gabc1234`, NixOS's `.802216.55d1f923c480`, FreeBSD's
  // `6c1d3e6bde2c-260146`. An instance's id stays: it says what an image is a backup of.
  `${B}(?:\\d{1,5}-g|\\d{3,7}\\.|g)?(?<!${B}(?:${MADE_OF})-)${HASH}${E}(?:-\\d{5,7}${E})?`,
  // Dates in words: `4apr2019`, `Oct2017`, `2019-Jan-02`; `2.4_Oct2017` has a version.
  `${B}(?:(?<!\\.)\\d{1,2}[-_. ]?)?${MONTH_NAME}[-_. ,]{0,2}(?:\\d{1,2}[-_. ,]{1,2})?${YEAR}${E}`,
  `${B}${YEAR}[-_. ]?${MONTH_NAME}[-_. ]?\\d{1,2}${E}${REST}`,
  // Amazon Linux counts releases before the date (`2023.6.20250101`) or instead of it (`2018.03.b`).
  `${B}${YEAR}(?:\\.\\d{1,2}){1,2}\\.(?=${YEAR}${MONTH}${DAY}(?!\\d))`,
  `(?<=amzn-[a-z-]{0,40})${YEAR}\\.${MONTH}\\.(?:\\d${E}|[a-z](?=-amazon))`,
  // Dates in figures: `2023.11.1` is a version; without a day only where no version looks so.
  `${B}${YEAR}\\.${MONTH}\\.${DAY}${E}${REST}`,
  `${B}${YEAR}([-_/])(?:0?[1-9]|1[0-2])\\1(?:[0-2]?\\d|3[01])(?:(?=t\\d)|${E})${REST}`,
  `${B}(?:0?[1-9]|[12]\\d|3[01])([-_])(?:0?[1-9]|[12]\\d|3[01])\\2(?:${YEAR})${E}${REST}`,
  `${B}${YEAR}[-_]${MONTH}${E}`,
  // Compact dates, epochs and anything else of seven digits or more; six digits only when they are a date.
  `(?<!\\d)\\d{7,}${REST}`,
  `(?<![a-uw-z0-9*])(?:${YEAR}${MONTH}|(?:0[6-9]|[1-4]\\d)${MONTH}${DAY})${E}${REST}`,
  // Fedora CoreOS: `38.20230609.3.0`, where 3 is the stream.
  `(?<=\\d{8}\\.\\d\\.)\\d{1,3}${E}`,
  // CentOS: `EBS 1602`, `1901_01`; but `ubuntu_1804_02` is a version.
  `(?<=${B}(?:EBS|ENA) )\\d{4}(?:_\\d{2})?${E}`,
  `(?<!ubuntu[-_ ]?)${B}[0-4]\\d${MONTH}_\\d{2}${E}`,
  // Build numbers: `build 1234`, `-b123`, `-r05`, `rev3`, Bitnami's `-7-r13`, Red Hat's `x86_64-49-Hourly2`.
  // Not `R81.20`, which is a version.
  `(?<=\\.\\d{1,9}-)\\d{1,3}-r\\d{1,3}${E}`,
  `(?<=${B}(?:build|rev)[-_ .#:]?)\\d+${E}`,
  `(?<=${B}b)\\d{2,8}(?!\\.[\\d*])${E}`,
  `(?<=${B}r)0\\d{0,3}(?!\\.[\\d*])${E}`,
  `(?<=-(?:x86_64|i386|arm64|aarch64|ppc64le|s390x)-)\\d{1,3}(?=-(?:HVM-)?(?:Access|Hourly)\\d)`,
];

/**
 * Of unknown owners and of the account itself only what cannot be anything else: calendar dates with their times, epochs, and
 * hashes with digits and letters. Any other number may be a customer's.
 */
const CERTAIN_PARTS = [
  `${B}[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}${E}`,
  `${B}(?:ami|aki|ari|snap)-[0-9a-f]{8}(?:[0-9a-f]{9})?${E}`,
  `${B}(?:\\d{1,5}-g|g)?(?<!${B}(?:${MADE_OF})-)${NO_NUMBER}${HASH}${E}`,
  `${B}(?:(?<!\\.)\\d{1,2}[-_. ]?)?${MONTH_NAME}[-_. ,]{0,2}(?:\\d{1,2}[-_. ,]{1,2})?${YEAR}${E}`,
  `${B}${YEAR}[-_. ]?${MONTH_NAME}[-_. ]?\\d{1,2}${E}${TIME}?`,
  `${B}${YEAR}\\.${MONTH}\\.${DAY}${E}${TIME}?`,
  `${B}${YEAR}([-_/])(?:0?[1-9]|1[0-2])\\1(?:[0-2]?\\d|3[01])(?:(?=t\\d)|${E})${TIME}?`,
  `${B}(?:0?[1-9]|[12]\\d|3[01])([-_])(?:0?[1-9]|[12]\\d|3[01])\\2(?:${YEAR})${E}${TIME}?`,
  `${B}${YEAR}[-_]${MONTH}${E}`,
  // 20240131, with a time of day behind it or glued to it; seconds and milliseconds since 1970, from 2008 on.
  `(?<!\\d)${YEAR}${MONTH}${DAY}(?:(?:[01]\\d|2[0-3])(?:[0-5]\\d){1,2}(?:\\d{3})?)?(?!\\d)${TIME}?`,
  `(?<!\\d)1[2-9]\\d{8}(?:\\d{3})?(?!\\d)`,
];

const VARIABLE = new RegExp(VARIABLE_PARTS.join("|"), "gi");
const CERTAIN = new RegExp(CERTAIN_PARTS.join("|"), "gi");
const STARS = /\*(?:[-_.,: /]*\*)+/g;
const DIGIT = /\d/;

/**
 * An image's name with `*` for what differs between the builds of its family. Idempotent. Runs of such parts
 * are one `*`, so that builds with and without a serial fall together. `isKnown`: a known publisher's, who counts its builds as
 * others do.
 */
export function familyNameOf(name: string, isKnown: boolean): string {
  return DIGIT.test(name) ? name.replace(isKnown ? VARIABLE : CERTAIN, "*").replace(STARS, "*") : name;
}
