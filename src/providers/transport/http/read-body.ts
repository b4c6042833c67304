import type { Readable } from "node:stream";

/** Said of an answer that is longer than it may be. */
export class AnswerTooLongError extends Error {
  override readonly name = "AnswerTooLongError";
}

/** The whole body as text. Throws AnswerTooLongError, and reads no further, once it is longer than `limit` bytes. */
export async function readBody(body: Readable, limit: number): Promise<string> {
  const { text, isWhole } = await readUpTo(body, limit);
  if (!isWhole) throw new AnswerTooLongError(`the answer is longer than ${limit} bytes`);
  return text;
}

/** What the body of a refusal starts with. Never throws: the refusal itself is what counts. */
export async function readStart(body: Readable, limit: number): Promise<string> {
  try {
    return (await readUpTo(body, limit)).text;
  } catch {
    return "";
  }
}

async function readUpTo(body: Readable, limit: number): Promise<{ text: string; isWhole: boolean }> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body) {
    if (!(chunk instanceof Uint8Array)) throw new TypeError("expected a body of bytes");
    length += chunk.length;
    if (length > limit) return { text: decode(chunks), isWhole: false };
    chunks.push(chunk);
  }
  return { text: decode(chunks), isWhole: true };
}

/** Also drops a byte order mark, which JSON.parse refuses. */
function decode(chunks: readonly Uint8Array[]): string {
  return new TextDecoder().decode(Buffer.concat(chunks));
}
