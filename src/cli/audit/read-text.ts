import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";

/** Larger files are not read: states and plans have a few megabytes. */
const MOST_BYTES = 32 * 1024 * 1024;
/** A file with a zero byte among its first bytes is not text. */
const LOOKED_AT = 8192;

/** The text of a file, or why it is left out. */
export type ReadText = { readonly text: string } | { readonly skipped: string; readonly isFailure: boolean };

/** Reads a file, a pipe, or standard input (`-`). Never rejects: what cannot be read is skipped, with the reason. */
export async function readText(file: string): Promise<ReadText> {
  try {
    if (file === "-") return await readStream(process.stdin);
    const { size, isSpecial } = await describe(file);
    if (isSpecial) return { skipped: "neither a file nor a pipe", isFailure: false };
    if (size > MOST_BYTES) return { skipped: tooLarge(), isFailure: false };
    return await readStream(createReadStream(file));
  } catch (error) {
    return { skipped: `cannot be read (${codeOf(error)})`, isFailure: true };
  }
}

async function describe(file: string): Promise<{ size: number; isSpecial: boolean }> {
  const found = await stat(file);
  return { size: found.isFile() ? found.size : 0, isSpecial: !found.isFile() && !found.isFIFO() };
}

async function readStream(stream: AsyncIterable<unknown>): Promise<ReadText> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const piece of stream) {
    const chunk = Buffer.isBuffer(piece) ? piece : Buffer.from(String(piece));
    chunks.push(chunk);
    length += chunk.length;
    if (length > MOST_BYTES) return { skipped: tooLarge(), isFailure: false };
    if (length >= LOOKED_AT && length - chunk.length < LOOKED_AT && isBinary(Buffer.concat(chunks)))
      return { skipped: "not a text", isFailure: false };
  }
  const bytes = Buffer.concat(chunks);
  return isBinary(bytes) ? { skipped: "not a text", isFailure: false } : { text: decode(bytes) };
}

/** PowerShell writes UTF-16, and says so in the first two bytes. */
function encodingOf(bytes: Buffer): "utf-16le" | "utf-16be" | "utf-8" {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return "utf-16le";
  return bytes[0] === 0xfe && bytes[1] === 0xff ? "utf-16be" : "utf-8";
}

function isBinary(bytes: Buffer): boolean {
  return encodingOf(bytes) === "utf-8" && bytes.subarray(0, LOOKED_AT).includes(0);
}

function decode(bytes: Buffer): string {
  return new TextDecoder(encodingOf(bytes)).decode(bytes);
}

function tooLarge(): string {
  return `larger than ${MOST_BYTES / 1024 / 1024} MB`;
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : String(error);
}
