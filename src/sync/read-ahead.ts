import type { DerivedPage } from "../catalogue/listing/derive-page.ts";
import type { ImagePage, UnreadPage } from "../providers/provider.ts";
import { untilAborted } from "../providers/transport/http/until-aborted.ts";
import type { DerivedBody } from "./derive-body.ts";

/** A page of a listing. `derived`: its images are worked out already, and `images` has none. */
export interface PageToStage extends ImagePage {
  readonly derived?: DerivedPage;
}

/** Reads a body on another thread; undefined where that cannot do it. */
export type ReadBody = (body: Uint8Array) => Promise<DerivedBody | undefined>;

/** So many pages are read here first: a short listing is over before a thread has started. */
const READ_HERE = 4;

/** Pages that wait to be read or staged, at most: each takes some megabytes. */
const MOST_AHEAD = 4;

/** While the other thread has so many pages to read, this one reads too. */
const MOST_THERE = 2;

/**
 * Reads pages on another thread while this one asks for further ones and stages earlier ones. They come in the order of the listing.
 * What cannot be read there is read here, where it fails as it should. When the listing throws, the pages before come first.
 */
export async function* readAhead(
  pages: AsyncIterable<ImagePage | UnreadPage>,
  read: ReadBody,
  signal: AbortSignal,
): AsyncGenerator<PageToStage> {
  const ahead: Promise<PageToStage>[] = [];
  let count = 0;
  let there = 0;
  const readThere: ReadBody = async (body) => {
    there++;
    const answer = await read(body);
    there--;
    return answer;
  };
  try {
    for await (const page of pages) {
      const isHere = !("read" in page) || count++ < READ_HERE || there >= MOST_THERE;
      const reading = readPage(page, isHere ? undefined : readThere);
      // Whoever takes the pages before may not come back for this one.
      reading.catch(() => undefined);
      ahead.push(reading);
      yield* firstOf(ahead, MOST_AHEAD, signal);
    }
  } catch (error) {
    yield* firstOf(ahead, 0, signal);
    throw error;
  }
  yield* firstOf(ahead, 0, signal);
}

/** Waits for the first pages until no more than `left` are left. */
async function* firstOf(ahead: Promise<PageToStage>[], left: number, signal: AbortSignal): AsyncGenerator<PageToStage> {
  for (let page = ahead[left] && ahead.shift(); page; page = ahead[left] && ahead.shift())
    yield await untilAborted(page, signal);
}

async function readPage(page: ImagePage | UnreadPage, read: ReadBody | undefined): Promise<PageToStage> {
  if (!("read" in page)) return page;
  const { body, read: readHere, ...told } = page;
  const there = await read?.(body);
  return there ? { ...told, images: [], ...there } : readHere();
}
