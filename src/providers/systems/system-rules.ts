/**
 * How texts name systems: what their clouds' fields say, and names of images. Texts come in small letters, with one space
 * between runs of letters, digits and dots: `rhel 9.3.0 hvm 20240117 x86 64`. The first rule whose `is` is found counts; then
 * the first of `versions` that is found from there on, its groups joined by dots.
 */
export interface SystemRule {
  readonly os: string;
  readonly is: RegExp;
  readonly versions?: readonly RegExp[];
  /** Told where no version of `versions` is found. */
  readonly version?: string;
  /** Told where no other is known. */
  readonly codename?: string;
}

/**
 * Two parts of a version, which begins with the first number: `9.3.20231113`, `9 ec2 base 9.3`, `8 10`, and glued `89` and `810`,
 * as the Azure Marketplace writes them; `9 u3` of Oracle.
 */
const ENTERPRISE: readonly RegExp[] = [
  /^[a-z ]+?([4-9]|1[0-2])\.(\d{1,2})(?!\d)/,
  /^[a-z ]+?([4-9]|1[0-2])(?= ).*? \1\.(\d{1,2})(?!\d)/,
  /^[a-z ]+?([4-9]|1[0-2]) (\d|1[0-5])(?= |$)/,
  /^[a-z ]+?([4-9]|1[0-2]) ?u(\d{1,2})(?!\d)/,
  /^[a-z ]+?([5-9])(\d|1[0-5])(?![\d.])/,
  /^[a-z ]+?(1[0-2])(\d)(?![\d.])/,
  /^[a-z ]+?([4-9]|1[0-2])(?!\d)/,
];
/** As said: `1.7.0`, `3510.2.1`. */
const DOTTED = /(?<![\d.])v?(\d+\.\d+(?:\.\d+)*)/;
const TWO_PARTS = /(?<![\d.])v?(\d{1,4})[. ](\d{1,2})(?!\d)/;
const WHOLE = /(?<![\d.])v?(\d{1,3})(?!\d)/;

const UBUNTU = /(?<![\d.])([4-9]|[1-3]\d)[. ]?(04|06|10)(?!\d)/;
const WINDOWS_YEAR = "2000|2003|2008|2012|2016|2019|2022|2025";

export const SYSTEM_RULES: readonly SystemRule[] = [
  { os: "bottlerocket", is: /\bbottlerocket\b/, versions: [/ v(\d+\.\d+\.\d+)/] },
  { os: "flatcar", is: /\bflatcar\b/, versions: [/(?<![\d.])(\d{3,4})[. ](\d+)[. ](\d+)(?!\d)/] },
  { os: "talos", is: /\btalos\b/, versions: [DOTTED] },
  { os: "macos", is: /\bmac ?os\b/, versions: [/(?<![\d.])(\d\d(?:\.\d+){0,2})(?!\d)/] },
  {
    os: "windows",
    is: /\bwindows|\b(?:win|ws) ?(?:20(?:0[38]|1[269]|2[25])|1[01])(?!\d)/,
    versions: [
      new RegExp(
        `(?<!sql ?)(?:windows|win|ws|server)(?: ?server)?(?: se| multi)? ?(${WINDOWS_YEAR})(?: ?(r2))?(?!\\d)`,
      ),
      /windows ?server (?:version )?(1[6-9]0[39]|2004|2[0-9]h[12])\b/,
      /windows ?(?:client )?(7|8\.1|8|10|11)(?![\w.])/,
      /\bwin ?(7|8\.1|8|10|11)(?![\w.])/,
      /windows ?server.*? (1[6-9]0[39]|2004|2[0-9]h[12])\b/,
      new RegExp(`windows.*?(?<!sql ?)(?<!\\d)(${WINDOWS_YEAR})(?: ?(r2))?(?![\\d.])`),
    ],
  },
  {
    os: "rhcos",
    is: /\brhcos\b|red hat (?:enterprise linux )?coreos/,
    versions: [/(?<![\d.])(4)(\d\d)\.\d/, TWO_PARTS],
  },
  {
    os: "amazon-linux",
    is: /\bal ?(?:2023|2022)\b|\bamazon ?linux(?: ami)? ?(?:2023|2022)\b|\bamzn ?(?:2023|2022)\b/,
    versions: [/(2023|2022)/],
  },
  {
    os: "amazon-linux",
    is: /\bamzn2\b|\bamazon ?linux ?2\b|\bal2\b|\balinux ?2\b|\bamzn 2\.0\.|\bamazon eks (?:gpu |machine )*node (?=v?1\.|\d)/,
    version: "2",
  },
  {
    os: "amazon-linux",
    is: /\bamzn ami\b|\bamazon ?linux\b|\balinux\b|\bamzn 201\d\.|\bamazon ecs optimized\b/,
    versions: [/(?<![\d.])(20(?:0\d|1[0-8])\.\d\d)(?!\d)/, /^amzn ami (?:[a-z]+ )*(0\.9\.\d)/],
  },
  { os: "rocky", is: /\brocky ?(?:linux)?(?![a-z])/, versions: ENTERPRISE },
  { os: "almalinux", is: /\balma ?(?:linux)?(?: os)?(?![a-z])/, versions: ENTERPRISE },
  { os: "oracle-linux", is: /\boracle ?(?:autonomous )?linux(?![a-z])|\bol ?\d/, versions: ENTERPRISE },
  {
    os: "centos",
    is: /\bcentos(?: linux)? ?(?:\d\d? )?stream\b|\bcentos(?=stream)/,
    versions: [/(?<![\d.])([89]|10)(?!\d)/],
    codename: "stream",
  },
  { os: "centos", is: /\bcentos(?![a-z])/, versions: ENTERPRISE },
  { os: "rhel", is: /\brhel(?![a-z])|\bred ?hat(?: enterprise linux)?(?![a-z])/, versions: ENTERPRISE },
  { os: "fedora", is: /\bfedora(?![a-z])/, versions: [/(?:fedora| )([1-9]\d?)(?!\d)/] },
  { os: "sle-micro", is: /\bsl(?:e|em) ?micro\b|suse linux (?:enterprise )?micro/, versions: [TWO_PARTS] },
  { os: "opensuse", is: /\bopen ?suse tumbleweed\b/, codename: "tumbleweed" },
  {
    os: "opensuse",
    is: /\bopen ?suse(?![a-z])/,
    versions: [/(?<![\d.])(\d\d)[. ](\d)(?!\d)/, /(?<![\d.])(1[0-6])(?!\d)/],
  },
  {
    os: "sles",
    is: /\bsles?(?![a-z])|\bsuse linux enterprise|\bsuse\b(?= \d)/,
    versions: [
      /(?<![\d.])(1[0-6])(?: (?:sap|byos|for sap|chost|hpc))* ?sp ?(\d+)/,
      /(?<![\d.])(1[0-6])\.(\d)(?!\d)/,
      /(?<![\d.])(16) (\d)(?!\d)/,
      /(?<![\d.])(1[0-6])(?!\d)/,
    ],
  },
  { os: "ubuntu", is: /\bx?ubuntu(?:server|pro)?(?![a-z])|\b[a-z]+ (?:server|minimal) cloudimg\b/, versions: [UBUNTU] },
  { os: "debian", is: /\bdebian(?![a-z])/, versions: [/(?<![\d.])([3-9]|1[0-9])(?!\d)/] },
  { os: "devuan", is: /\bdevuan(?![a-z])/, versions: [WHOLE] },
  { os: "freebsd", is: /\bfreebsd(?![a-z])/, versions: [TWO_PARTS, WHOLE] },
  { os: "openbsd", is: /\bopenbsd(?![a-z])/, versions: [TWO_PARTS, /(?<!\d)([67])([0-9])(?!\d)/] },
  { os: "netbsd", is: /\bnetbsd(?![a-z])/, versions: [TWO_PARTS, WHOLE] },
  { os: "gentoo", is: /\bgentoo\b/ },
  { os: "arch", is: /\barch ?linux\b/ },
  { os: "alpine", is: /\balpine(?![a-z])/, versions: [DOTTED, /(?<![\d.])(3) (\d\d)(?!\d)/] },
  { os: "kali", is: /\bkali(?![a-z])/, versions: [/(?<![\d.])(20[12]\d)[. ]([1-4])(?!\d)/] },
  { os: "nixos", is: /\bnixos(?![a-z])/, versions: [/(?<![\d.])([12]\d)[. ]?(03|05|09|11)(?!\d)/] },
  {
    os: "cos",
    is: /\bcontainer optimized os\b|\bcos(?= (?:\d|stable|beta|dev|machine|lts))/,
    versions: [/(?<![\d.])(\d{2,3})(?!\d)/],
  },
  { os: "coreos", is: /\bcoreos\b|\bcontainer linux\b/, versions: [/(?<![\d.])(\d{2,4})[. ](\d+)[. ](\d+)(?!\d)/] },
  { os: "azure-linux", is: /\bazure ?linux\b|\bmariner\b/, versions: [/(?<![\d.])([1-9])(?:\.0)?(?!\d)/] },
  { os: "photon", is: /\bphoton(?: ?os)?(?![a-z])/, versions: [TWO_PARTS, WHOLE] },
  {
    os: "alibaba-linux",
    is: /\b(?:alibaba cloud linux|aliyun linux|alinux|aliyun ?(?=\d))/,
    versions: [/(?<![\d.])([23])(?!\d)/],
  },
  { os: "anolis", is: /\banolis(?![a-z])/, versions: [TWO_PARTS, WHOLE] },
  { os: "openeuler", is: /\bopen ?euler(?![a-z])/, versions: [/(?<![\d.])(2\d)\.(03|09)(?!\d)/] },
  { os: "cloudlinux", is: /\bcloud ?linux(?: os)?(?![a-z])/, versions: ENTERPRISE },
  { os: "vyos", is: /\bvyos(?![a-z])/, versions: [DOTTED] },
  { os: "openwrt", is: /\bopenwrt(?![a-z])/, versions: [DOTTED] },
  { os: "cirros", is: /\bcirros(?![a-z])/, versions: [DOTTED] },
  { os: "slackware", is: /\bslackware(?![a-z])/, versions: [DOTTED] },
  { os: "void", is: /\bvoid ?linux\b/ },
  { os: "mageia", is: /\bmageia(?![a-z])/, versions: [WHOLE] },
];
