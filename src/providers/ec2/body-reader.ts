import { type Ec2Body, openPage } from "./read-page.ts";

/** Fifty times the size of a page of 1,000 images. An endpoint that sends more is not sending images. */
const MAX_BYTES = 64 * 2 ** 20;

/** What the SDK is given to read of a page: it throws the whole page away when one field is not as its model says. */
const READ_ALREADY = Buffer.from("<DescribeImagesResponse/>");

/** Reads the bodies of answers: those of pages of images itself, others are left to the SDK. */
export interface BodyReader {
  /** What the SDK is to read. Throws when the body is longer than any page of images. */
  read(body: AsyncIterable<Uint8Array>): Promise<Uint8Array>;
  /** The page that the last body was, if it was one. */
  takePage(): Ec2Body | undefined;
}

export function createBodyReader(): BodyReader {
  let page: Ec2Body | undefined;
  return {
    async read(body) {
      page = undefined;
      const bytes = await collect(body);
      page = tryToRead(bytes);
      return page ? READ_ALREADY : bytes;
    },
    takePage() {
      const taken = page;
      page = undefined;
      return taken;
    },
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

/** Of what is no XML the SDK says what is wrong with it. */
function tryToRead(bytes: Buffer): Ec2Body | undefined {
  try {
    return openPage(bytes);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
