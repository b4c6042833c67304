import { EC2Client, DescribeImagesCommand } from "@aws-sdk/client-ec2";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { generateImages } from "../../src/demo/generate/generate-catalogue.ts";
import { renderImage } from "../../src/demo/ec2/render-image.ts";
import type { Ec2Image } from "../../src/providers/ec2/ec2-image.ts";
import { readImages } from "../../src/providers/ec2/image.ts";
import { openPage } from "../../src/providers/ec2/read-page.ts";
import { FULL_AMI } from "./full-ami.ts";

const NOTHING_KNOWN = { has: () => false };
const RUN = { seed: 7, numRuns: 150 };

describe("a page is read as the SDK reads it, in every field,", () => {
  test("when it is EC2's own", async () => {
    const items = [...generateImages({ count: 300, seed: 3, region: "eu-west-1" })].map(renderImage);
    const page = pageOf(`\n${items.join("")}    `, "<nextToken>bmV4dA==</nextToken>");

    const { images, scanned, nextToken } = read(page);

    expect(images).toHaveLength(300);
    expect(images).toEqual(await readBySdk(page));
    expect({ scanned, nextToken }).toEqual({ scanned: 300, nextToken: "bmV4dA==" });
  });

  test("when it has every element, in one line", async () => {
    const page = pageOf(elementsOf({ ...FULL_AMI, tagSet: FULL_AMI.tagSet.replace("&#128512;", "😀") }));

    const { images, scanned } = read(page);

    expect(withoutBilling(images)).toEqual(withoutBilling(await readBySdk(page)));
    expect(scanned).toBe(1);
  });

  test("whatever its elements, their order, layout and texts are", async () => {
    let scanned = 0;
    await fc.assert(
      fc.asyncProperty(page({ isRegular: true }), async (xml) => {
        const result = read(xml);
        expect(withoutBilling(result.images)).toEqual(withoutBilling(await readBySdk(xml)));
        scanned += result.scanned;
      }),
      RUN,
    );
    expect(scanned).toBeGreaterThan(RUN.numRuns);
  });

  test("with comments, CDATA, attributes and elements of other kinds", async () => {
    await fc.assert(
      fc.asyncProperty(page({ isRegular: false }), async (xml) => {
        expect(withoutBilling(read(xml).images)).toEqual(withoutBilling(await readBySdk(xml)));
      }),
      RUN,
    );
  });
});

test("a page that is scanned reads as one that is parsed", () => {
  fc.assert(
    fc.property(page({ isRegular: false }), (xml) => {
      // A comment at its end has the whole page parsed.
      expect(read(xml).images).toEqual(read(`${xml}<!-- -->`).images);
    }),
    RUN,
  );
});

describe("a page with one byte changed", () => {
  const whole = pageOf(elementsOf(FULL_AMI).repeat(2));

  test("reads as it does when it is parsed, or not at all", () => {
    const changes = fc.tuple(
      fc.nat(whole.length - 1),
      fc.constantFrom(..."<>/&;\"' \nxi\u0001".split(""), "", "<item>", "</item>"),
    );
    fc.assert(
      fc.property(changes, ([at, byte]) => {
        const xml = whole.slice(0, at) + byte + whole.slice(at + 1);
        expect(outcomeOf(xml)).toEqual(outcomeOf(`${xml}<!-- -->`));
      }),
      { ...RUN, numRuns: 2_000 },
    );
  });
});

describe("known items", () => {
  test("are not read, and the others are", () => {
    const items = [1, 2, 3].map((n) => elementsOf({ ...FULL_AMI, imageId: `ami-${n}` }));
    const before = openPage(Buffer.from(pageOf(items.join(""))))?.readItems(NOTHING_KNOWN);
    const known = new Set([...(before?.fingerprints ?? [])].filter(([id]) => id !== "ami-2").map(([, print]) => print));

    const now = openPage(Buffer.from(pageOf(items.toReversed().join("\n"))))?.readItems(known);

    expect(now?.items.map(({ ImageId }) => ImageId)).toEqual(["ami-2"]);
    expect(new Set(now?.unread)).toEqual(known);
    expect(known.size).toBe(2);
  });

  test("are none that are written otherwise, though they say the same", () => {
    const item = elementsOf(FULL_AMI);
    const { fingerprints } = openPage(Buffer.from(pageOf(item)))!.readItems(NOTHING_KNOWN);
    const known = new Set(fingerprints.values());

    const other = item.replace("<isPublic>true", "<isPublic>false");

    expect(openPage(Buffer.from(pageOf(other)))?.readItems(known)).toMatchObject({
      items: [{ Public: false }],
      unread: [],
    });
  });

  test("are none that could not be scanned", () => {
    const odd = elementsOf({ ...FULL_AMI, name: "<b/>" });

    expect(openPage(Buffer.from(pageOf(odd)))?.readItems(NOTHING_KNOWN)).toMatchObject({
      items: [{ ImageId: FULL_AMI.imageId, Name: undefined }],
      fingerprints: new Map(),
    });
  });
});

interface Result {
  readonly images: unknown;
  /** How many of them were read by the scanner. */
  readonly scanned: number;
  readonly nextToken: string | undefined | null;
}

function read(xml: string): Result & { readonly images: ReturnType<typeof readImages>["images"] } {
  const opened = openPage(Buffer.from(xml));
  if (!opened) throw new Error("expected a page of images");
  const { items, fingerprints } = opened.readItems(NOTHING_KNOWN);
  return { images: readImages(items, "owned").images, scanned: fingerprints.size, nextToken: opened.nextToken };
}

function outcomeOf(xml: string): unknown {
  try {
    const { images, nextToken } = read(xml);
    return { images, nextToken };
  } catch (error) {
    return (error as Error).name;
  }
}

async function readBySdk(xml: string): Promise<ReturnType<typeof readImages>["images"]> {
  const client = new EC2Client({
    region: "eu-west-1",
    credentials: { accessKeyId: "a", secretAccessKey: "b" },
    requestHandler: {
      handle: () => Promise.resolve({ response: { statusCode: 200, headers: {}, body: Buffer.from(xml) } }),
    } as never,
  });
  const { Images } = await client.send(new DescribeImagesCommand({}));
  return readImages((Images ?? []) as Ec2Image[], "owned").images;
}

/** The SDK's model does not know them. */
function withoutBilling(images: ReturnType<typeof read>["images"]): unknown {
  return images.map((image) => ({ ...image, extra: { ...image.extra, billing_products: undefined } }));
}

function pageOf(items: string, more = ""): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<DescribeImagesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>r-1</requestId><imagesSet>${items}</imagesSet>${more}</DescribeImagesResponse>`;
}

function elementsOf(ami: Readonly<Record<string, string>>): string {
  return `<item>${Object.entries(ami)
    .map(([name, content]) => `<${name}>${content}</${name}>`)
    .join("")}</item>`;
}

const LISTS: Readonly<Record<string, readonly string[]>> = {
  productCodes: ["productCode", "type"],
  blockDeviceMapping: ["deviceName", "virtualName", "ebs"],
  tagSet: ["key", "value"],
};
const VOLUME = ["snapshotId", "volumeSize", "deleteOnTermination", "volumeType", "iops", "encrypted", "kmsKeyId"];
const TRUTHS = ["isPublic", "enaSupport", "imageAllowed", "freeTierEligible", "deleteOnTermination", "encrypted"];
const NUMBERS = ["volumeSize", "iops", "throughput"];
const PIECES = [
  "a",
  "Ubuntu 22.04",
  " ",
  "&amp;",
  "&lt;item&gt;",
  "&#233;",
  "&#xe9;",
  "&nope;",
  "é",
  "日本",
  "😀",
  "]]",
  ">",
  '"',
  "item>",
  "=",
  "\n",
];
const IRREGULAR = ["<!-- <item> -->", "<![CDATA[<item>&amp;]]>", "<?odd <item>?>"];

/** A page of a few images, with any of the elements, in any order and layout, in ways that the SDK can read. */
function page({ isRegular }: { readonly isRegular: boolean }): fc.Arbitrary<string> {
  const layout = fc.constantFrom("", "\n", "\n    ");
  const text = fc
    .array(fc.constantFrom(...PIECES, ...(isRegular ? [] : IRREGULAR)), { maxLength: 4 })
    .map((pieces) => pieces.join(""));
  const attributes = isRegular ? fc.constant("") : fc.constantFrom("", "", "", " a='b>'", ' c = "d"');
  const leaf = (name: string): fc.Arbitrary<string> => {
    const value = TRUTHS.includes(name)
      ? fc.constantFrom("true", "false", "TRUE")
      : NUMBERS.includes(name)
        ? fc.constantFrom("8", "1e3", "007", "x")
        : text;
    return value.map((content) => (content === "" ? `<${name}/>` : `<${name}>${content}</${name}>`));
  };
  const within = (name: string, children: readonly fc.Arbitrary<string>[]): fc.Arbitrary<string> =>
    fc.tuple(layout, attributes, fc.shuffledSubarray([...children.keys()])).chain(([space, attribute, order]) =>
      fc.tuple(...order.map((at) => children[at]!)).map((parts) => {
        const content = parts.map((part) => space + part).join("") + space;
        return `<${name}${attribute}>${content}</${name}>`;
      }),
    );
  const ebs = within("ebs", VOLUME.map(leaf));
  const item = (names: readonly string[]): fc.Arbitrary<string> =>
    within(
      "item",
      names.map((name) => (name === "ebs" ? ebs : leaf(name))),
    );
  const lists = Object.entries(LISTS).map(([name, names]) =>
    fc
      .array(item(names), { maxLength: 3 })
      .map((items) => (items.length === 0 ? `<${name}/>` : `<${name}>${items.join("\n")}</${name}>`)),
  );
  const other = isRegular ? [] : [fc.constant("<stateReason><code>c</code><message>m</message></stateReason>")];
  const texts = Object.keys(FULL_AMI)
    .filter((name) => !(name in LISTS) && !["imageId", "imageType", "billingProducts"].includes(name))
    .map(leaf);
  const image = within("item", [...texts, ...lists, ...other, leaf("unknownElement")]);
  return fc
    .tuple(layout, fc.array(image, { minLength: 1, maxLength: 3 }))
    .map(([space, images]) =>
      pageOf(
        space +
          images
            .map((xml, n) => xml.replace(/<item(?:[^>']|'[^']*')*>/, `$&<imageId>ami-${n}</imageId>`) + space)
            .join(""),
      ),
    );
}
