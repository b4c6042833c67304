import { describe, expect, test } from "vitest";
import type { MachineImage } from "../../src/image.ts";
import { createEc2Provider } from "../../src/providers/ec2/provider.ts";
import type { ImagePage } from "../../src/providers/provider.ts";
import { startFakeEc2 } from "../fakes/ec2.ts";
import { listAll } from "./contract.ts";
import { FULL_AMI } from "./full-ami.ts";

/** What may be wrong with an element, given its tag and its content. */
const ODD: Readonly<Record<string, (name: string, content: string) => string>> = {
  missing: () => "",
  empty: (name) => `<${name}></${name}>`,
  "closed at once": (name) => `<${name}/>`,
  "white space": (name) => `<${name}> \n </${name}>`,
  "another text": (name) => `<${name}>x</${name}>`,
  "a number": (name) => `<${name}>7</${name}>`,
  "a negative number": (name) => `<${name}>-1e999</${name}>`,
  "an empty list": (name) => `<${name}><item/></${name}>`,
  "a list": (name) => `<${name}><item>x</item><item><key>k</key></item></${name}>`,
  "an element": (name) => `<${name}><b>x</b></${name}>`,
  "text and an element": (name, content) => `<${name}>${content} x<b>y</b></${name}>`,
  itself: (name, content) => `<${name}><${name}>${content}</${name}></${name}>`,
  "an odd name in it": (name) => `<${name}><__proto__>x</__proto__><constructor/></${name}>`,
  "deeply nested": (name) => `<${name}>${"<b>".repeat(50)}${"</b>".repeat(50)}</${name}>`,
  "there twice": (name, content) => `<${name}>${content}</${name}>`.repeat(2),
  "there twice, once empty": (name, content) => `<${name}>${content}</${name}><${name}/>`,
  "there twice, differently": (name, content) => `<${name}>${content}</${name}><${name}><b/></${name}>`,
  "with an attribute": (name, content) => `<${name} lang="a > b">${content}</${name}>`,
  "with an attribute of its own name": (name, content) => `<${name} ${name}='x' item="y">${content}</${name} >`,
  nil: (name) => `<${name} xsi:nil="true"/>`,
  "with a comment": (name, content) => `<${name}><!-- <imageId>ami-0</imageId> -->${content}</${name}>`,
  "with an instruction": (name, content) => `<${name}>${content}<?odd <imageId>ami-0</imageId> ?></${name}>`,
  "in CDATA": (name, content) => `<${name}><![CDATA[${content}<imageId>ami-0</imageId>]]></${name}>`,
  "with an unknown reference": (name) => `<${name}>a&nbsp;b&#x110000;&#0;&</${name}>`,
};
/** What says the same in another way. */
const SAME = [
  "there twice",
  "with an attribute",
  "with an attribute of its own name",
  "with a comment",
  "with an instruction",
];
/** Lists and items that are there twice have twice as many members. */
const TWICE = /(item|Codes|Mapping|Products): there twice$/;

describe("an AMI with an odd element, whichever it is,", () => {
  test("is read as long as its id is, and costs no other its place", async () => {
    const odd = oddAmis();

    const { images, rejected } = await listOwned(odd.map(({ xml }) => xml));

    const read = new Set(images.map(({ id }) => id));
    const wanted = odd.filter(({ path }) => path !== "imageId");
    expect(wanted.length).toBeGreaterThan(1_000);
    expect(wanted.filter(({ id }) => !read.has(id)).map(({ what }) => what)).toEqual([]);
    expect(rejected.length).toBeLessThanOrEqual(Object.keys(ODD).length);
    expect(images.length + rejected.length).toBe(odd.length);
    expect(images.filter((image) => !isWellFormed(image))).toEqual([]);
  });

  test("says in every other field what it said before", async () => {
    const odd = oddAmis().filter(({ path }) => path !== "imageId");

    const { images } = await listOwned([`<item>${elements(FULL_AMI)}</item>`, ...odd.map(({ xml }) => xml)]);

    const [{ extra } = { extra: {} }, ...others] = images;
    const byId = new Map(others.map((image) => [image.id, image]));
    const differing = odd.map(({ id, what }) => ({ what, fields: differences(extra, byId.get(id)?.extra ?? {}) }));
    expect(differing.filter(({ fields }) => fields.length > 1)).toEqual([]);
    const same = differing.filter(({ what }) => SAME.some((name) => what.endsWith(`: ${name}`)) && !TWICE.test(what));
    expect(same.length).toBeGreaterThan(100);
    expect(same.filter(({ fields }) => fields.length > 0)).toEqual([]);
  });

  test("is read though it is nested more deeply than a stack can hold", async () => {
    const name = `${"<b>".repeat(50_000)}${"</b>".repeat(50_000)}`;

    const { images } = await listOwned([`<item>${elements({ ...FULL_AMI, name })}</item>`]);

    expect(images).toMatchObject([{ id: FULL_AMI.imageId, name: null, description: "Aurora & friends" }]);
  });

  test.each(["x", "7", "", "<item/>", "true<x/>", "<![CDATA[]]>"])(
    "is not public because it says isPublic: %s",
    async (isPublic) => {
      const { images } = await listOwned([`<item>${elements({ ...FULL_AMI, isPublic })}</item>`]);

      expect(images).toMatchObject([{ visibility: "private", extra: { is_public: null } }]);
    },
  );
});

describe("a page", () => {
  test.each<[string, string]>([
    [
      "with white space and comments around",
      '<?xml version="1.0"?>\n<!-- a --> <R> <imagesSet> {}\t</imagesSet> </R>\n<!-- b -->',
    ],
    ["with attributes and namespaces", "<R xmlns='x'><imagesSet a='b'>{}</imagesSet></R>"],
    ["of two sets", "<R><imagesSet>{}</imagesSet><imagesSet/></R>"],
    ["with a token that is empty", "<R><imagesSet>{}</imagesSet><nextToken/></R>"],
    ["with a token that is nil", "<R><imagesSet>{}</imagesSet><nextToken xsi:nil='true'/></R>"],
    ["with an odd request id", "<R><requestId><a/></requestId><imagesSet>{}</imagesSet></R>"],
    ["with Windows' line ends", "\ufeff<R>\r\n<imagesSet>\r\n{}\r\n</imagesSet>\r\n</R>\r\n"],
  ])("%s is read", async (_, xml) => {
    const { images, rejected } = await listXml(xml.replace("{}", "<item><imageId>ami-1</imageId></item>"));

    expect(images.map(({ id }) => id)).toEqual(["ami-1"]);
    expect(rejected).toEqual([]);
  });

  test.each(["<imageId>ami-2</imageId>", "ami-2", "<item>ami-2</item>", "<item><imageId/></item>", "<item/>"])(
    "that holds %s has an image that cannot be read",
    async (odd) => {
      const { images, rejected } = await listXml(
        `<R><imagesSet><item><imageId>ami-1</imageId></item>${odd}</imagesSet></R>`,
      );

      expect(images.map(({ id }) => id)).toEqual(["ami-1"]);
      expect(rejected).toHaveLength(1);
    },
  );

  test.each(["<nextToken><x/></nextToken>", "<nextToken>a</nextToken><nextToken>b</nextToken>"])(
    "whose next page cannot be read, %s, ends in an error",
    async (token) => {
      await expect(listXml(`<R><imagesSet/>${token}</R>`)).rejects.toMatchObject({ reason: "invalid-answer" });
    },
  );

  test.each([
    "<R><imagesSet><item><imageId>ami-1</imageId></imagesSet></R>",
    "<R><imagesSet/></R><R/>",
    "<R><imagesSet/>",
    "<R><imagesSet/></R>x",
    "<!DOCTYPE R [<!ENTITY a 'b'>]><R><imagesSet><item><imageId>&a;</imageId></item></imagesSet></R>",
    "<R><imagesSet/><!-- </R>",
  ])("that is not well-formed ends in an error: %s", async (xml) => {
    await expect(listXml(xml)).rejects.toMatchObject({ name: "ProviderError", reason: "invalid-answer" });
  });
});

interface OddAmi {
  readonly id: string;
  readonly path: string;
  readonly what: string;
  readonly xml: string;
}

/** The full AMI with each of its elements in turn, those in lists too, odd in each way. */
function oddAmis(): OddAmi[] {
  const whole = elements(FULL_AMI);
  const found = [...whole.matchAll(/<(\w+)>/g)].map(({ 1: name = "", index }) => ({
    name,
    from: index,
    to: endOf(whole, name, index),
  }));
  let n = 0;
  return found.flatMap(({ name, from, to }) => {
    const open = `<${name}>`;
    const content = whole.slice(from + open.length, to - open.length - 1);
    const path = [...pathOf(whole.slice(0, from)), name].join(".");
    return Object.entries(ODD).map(([kind, make]) => {
      const id = `ami-odd${n++}`;
      const xml = whole.slice(0, from) + make(name, content) + whole.slice(to);
      return {
        id,
        path,
        what: `${path}: ${kind}`,
        xml: `<item>${path === "imageId" ? xml : xml.replace(FULL_AMI.imageId, id)}</item>`,
      };
    });
  });
}

function endOf(xml: string, name: string, from: number): number {
  let depth = 0;
  for (const { 0: tag, index } of xml.slice(from).matchAll(new RegExp(`</?${name}>`, "g"))) {
    depth += tag.startsWith("</") ? -1 : 1;
    if (depth === 0) return from + index + tag.length;
  }
  throw new Error(`<${name}> has no end`);
}

/** The elements that are open where a text ends. */
function pathOf(before: string): string[] {
  const open: string[] = [];
  for (const [tag, name = ""] of before.matchAll(/<\/?(\w+)\/?>/g)) {
    if (tag.startsWith("</")) open.pop();
    else if (!tag.endsWith("/>")) open.push(name);
  }
  return open;
}

function elements(ami: Readonly<Record<string, string>>): string {
  return Object.entries(ami)
    .map(([name, content]) => `<${name}>${content}</${name}>`)
    .join("");
}

function differences(extra: MachineImage["extra"], other: MachineImage["extra"]): string[] {
  return Object.keys(extra).filter((name) => JSON.stringify(extra[name]) !== JSON.stringify(other[name]));
}

function isWellFormed({
  name,
  description,
  ownerId,
  ownerAlias,
  platform,
  architecture,
  keywords,
}: MachineImage): boolean {
  const texts = [name, description, ownerId, ownerAlias, platform, architecture];
  return (
    texts.every((text) => text === null || typeof text === "string") &&
    keywords.every((text) => typeof text === "string")
  );
}

function listOwned(items: readonly string[]): Promise<ImagePage> {
  return listXml(`<DescribeImagesResponse><imagesSet>${items.join("")}</imagesSet></DescribeImagesResponse>`);
}

/** What an account owns, where the cloud answers with this. */
async function listXml(xml: string): Promise<ImagePage> {
  await using cloud = await startFakeEc2();
  cloud.intercept = ({ params }) => (params.get("Owner.1") === "self" ? { body: xml } : undefined);
  const provider = createEc2Provider(
    { region: "eu-west-1", apiurl: cloud.url, apikey: "AKIAIOSFODNN7EXAMPLE", apisecret: "wJalrXUtnFEMI/K7MDENG" },
    { allowLinkLocal: false },
    // A connection that idles while a busy machine reads a page is closed: the next request opens another.
    { maxAttempts: 2 },
  );
  return await listAll({ provider, source: provider.sources[0]! });
}
