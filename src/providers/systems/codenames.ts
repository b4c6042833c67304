/** Names of releases by system and version. `*` stands for any version of the major one. */
const CODENAMES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  ubuntu: {
    "4.10": "warty",
    "5.04": "hoary",
    "5.10": "breezy",
    "6.06": "dapper",
    "6.10": "edgy",
    "7.04": "feisty",
    "7.10": "gutsy",
    "8.04": "hardy",
    "8.10": "intrepid",
    "9.04": "jaunty",
    "9.10": "karmic",
    "10.04": "lucid",
    "10.10": "maverick",
    "11.04": "natty",
    "11.10": "oneiric",
    "12.04": "precise",
    "12.10": "quantal",
    "13.04": "raring",
    "13.10": "saucy",
    "14.04": "trusty",
    "14.10": "utopic",
    "15.04": "vivid",
    "15.10": "wily",
    "16.04": "xenial",
    "16.10": "yakkety",
    "17.04": "zesty",
    "17.10": "artful",
    "18.04": "bionic",
    "18.10": "cosmic",
    "19.04": "disco",
    "19.10": "eoan",
    "20.04": "focal",
    "20.10": "groovy",
    "21.04": "hirsute",
    "21.10": "impish",
    "22.04": "jammy",
    "22.10": "kinetic",
    "23.04": "lunar",
    "23.10": "mantic",
    "24.04": "noble",
    "24.10": "oracular",
    "25.04": "plucky",
    "25.10": "questing",
    "26.04": "resolute",
  },
  debian: {
    "3": "sarge",
    "4": "etch",
    "5": "lenny",
    "6": "squeeze",
    "7": "wheezy",
    "8": "jessie",
    "9": "stretch",
    "10": "buster",
    "11": "bullseye",
    "12": "bookworm",
    "13": "trixie",
    "14": "forky",
    "15": "duke",
  },
  devuan: {
    "1": "jessie",
    "2": "ascii",
    "3": "beowulf",
    "4": "chimaera",
    "5": "daedalus",
    "6": "excalibur",
  },
  macos: {
    "10.14": "mojave",
    "10.15": "catalina",
    "11": "big-sur",
    "12": "monterey",
    "13": "ventura",
    "14": "sonoma",
    "15": "sequoia",
    "26": "tahoe",
  },
};

/** The name of a release; of `14.2.1` that of 14. Null where it has none. */
export function codenameOf(os: string, version: string): string | null {
  const names = CODENAMES[os] ?? {};
  return (
    names[version] ?? names[version.split(".").slice(0, 2).join(".")] ?? names[version.split(".")[0] ?? ""] ?? null
  );
}

/** The release of that name, among the words of a text. */
export function releaseNamedIn(os: string, words: ReadonlySet<string>): { version: string; codename: string } | null {
  for (const [version, codename] of Object.entries(CODENAMES[os] ?? {}))
    if (words.has(codename)) return { version, codename };
  return null;
}
