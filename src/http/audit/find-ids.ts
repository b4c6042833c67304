/** An image id in a text. */
export interface IdMention {
  readonly id: string;
  /** Where it begins: characters from the beginning of the text. */
  readonly offset: number;
  /** Whether only images have ids of this form. An id that may be something else is reported only if it is known. */
  readonly isCertain: boolean;
}

const BEFORE = String.raw`(?<![\w/.-])`;
const AFTER = String.raw`(?![\w-])`;
const UUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}";

/** Forms of ids that only images have. */
const CERTAIN = [
  // EC2, also at the end of an ARN.
  String.raw`(?<![\w-])ami-(?:[0-9a-f]{17}|[0-9a-f]{8})${AFTER}`,
  // Oracle Cloud.
  String.raw`${BEFORE}ocid1\.image\.[\w.-]*[\w-]`,
  // Azure: managed images, and versions of galleries.
  String.raw`/subscriptions/[\w-]+/resourceGroups/[\w.()-]+/providers/Microsoft\.Compute/(?:images/[\w.-]*\w|galleries/[\w.]+/images/[\w.-]+/versions/\d+\.\d+\.\d+)`,
  String.raw`/communityGalleries/[\w.-]+/images/[\w.-]+/versions/\d+\.\d+\.\d+`,
  // Alibaba Cloud.
  String.raw`${BEFORE}m-[a-z0-9]{20}${AFTER}`,
];

/** Forms of ids that other things have as well. */
const POSSIBLE = [
  String.raw`(?<![\w-])projects/[a-z0-9.:-]+/global/images/[a-z0-9-]*[a-z0-9](?![\w/-])`,
  String.raw`${BEFORE}(?:r\d{3}-)?${UUID}${AFTER}`,
  // Marketplace: publisher:offer:sku:version.
  String.raw`${BEFORE}[A-Za-z][\w.-]+:[\w.-]+:[\w.-]+:\d+\.\d+\.\d+${AFTER}`,
];

/** The value of a setting whose name says that it is an image: `image_id: 4711`, `"image": "nginx:1.25"`. */
const SETTING = String.raw`(?<![A-Za-z])(?:[\w-]{0,40}(?:image|template)(?:_?id|_?ref|_?uuid)?)["']?\s{0,8}[:=]\s{0,8}["']?(?<value>[A-Za-z0-9][\w./:@-]{0,299})`;

const FORMS = new RegExp(`(?<certain>${CERTAIN.join("|")})|(?<possible>${POSSIBLE.join("|")})|${SETTING}`, "gi");

/** Finds the image ids in a text of any kind, in their order. Takes time that is linear in the text's length. */
export function* findIds(text: string): Generator<IdMention> {
  const forms = new RegExp(FORMS);
  for (let match = forms.exec(text); match; match = forms.exec(text)) {
    const { certain, possible, value } = match.groups ?? {};
    if (value !== undefined) {
      // The value may also be found by the form of its id.
      const at = match.index + match[0].length - value.length;
      const inner = findOne(value);
      yield inner ? { ...inner, offset: at + inner.offset } : mention(value, at, false);
      continue;
    }
    const id = certain ?? possible ?? "";
    yield mention(id, match.index, certain !== undefined);
  }
}

const ONE = new RegExp(`(?<certain>${CERTAIN.join("|")})|(?<possible>${POSSIBLE.join("|")})`, "i");

function findOne(value: string): IdMention | undefined {
  const match = ONE.exec(value);
  return match ? mention(match[0], match.index, match.groups?.["certain"] !== undefined) : undefined;
}

/** Ids that people sometimes write in capitals, though their clouds do not. */
const LOWER_CASE = new RegExp(`^(?:ami-|${UUID}$)`, "i");

// This also runs in browsers, which have no Buffer.
const ENCODER = new TextEncoder();
const DECODER = new TextDecoder();

/** Copies the id: a slice would keep the whole text in memory. */
function mention(id: string, offset: number, isCertain: boolean): IdMention {
  const copy = DECODER.decode(ENCODER.encode(id));
  return { id: LOWER_CASE.test(copy) ? copy.toLowerCase() : copy, offset, isCertain };
}
