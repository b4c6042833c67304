/** Fifty times the size of a page of 1,000 images. An endpoint that sends more is not sending images. */
const MAX_BYTES = 64 * 2 ** 20;
const ID_ELEMENT = "<imageId>";

/** Reads the bodies of answers for the SDK, and remembers of the last one what the SDK's parser cannot be asked. */
export interface BodyReader {
  /** Throws when the body is longer than any page of images. */
  read(body: AsyncIterable<Uint8Array>): Promise<Uint8Array>;
  /** How many image ids the last body holds. */
  imageIds(): number;
}

export function createBodyReader(): BodyReader {
  let imageIds = 0;
  return {
    async read(body) {
      const bytes = await collect(body);
      imageIds = countOf(ID_ELEMENT, bytes);
      return repairReferences(bytes);
    },
    imageIds: () => imageIds,
  };
}

async function collect(body: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.byteLength;
    if (length > MAX_BYTES) throw new Error(`the answer is longer than ${MAX_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, length);
}

function countOf(text: string, bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(text); at !== -1; at = bytes.indexOf(text, at + text.length)) count++;
  return count;
}

/** The SDK's parser reads `&#128512;` as one UTF-16 unit: characters past U+FFFF are put in as such before it looks. */
function repairReferences(bytes: Buffer): Uint8Array {
  if (!bytes.includes("&#")) return bytes;
  const text = bytes.toString("utf8").replace(/&#(?:x([0-9a-f]{5,6})|(\d{5,7}));/gi, (reference, hex, decimal) => {
    const point = hex ? Number.parseInt(hex, 16) : Number.parseInt(decimal, 10);
    return point > 0xffff && point <= 0x10ffff ? String.fromCodePoint(point) : reference;
  });
  return Buffer.from(text);
}
