import { z } from "zod";
import type { JsonClient } from "../http/json-client.ts";
import { createPageTrail } from "./page-trail.ts";
import { readAnswer } from "../reading/read-answer.ts";
import type { JsonAnswer } from "../http/read-response.ts";

/** What an answer says about its page. */
export interface RequestedPage {
  readonly items: readonly unknown[];
  /** Where the listing goes on; null after the last page. */
  readonly next: URL | null;
  /** How many items all pages together have, where the API tells. */
  readonly total?: number | null;
  /** The page's number, where the API tells. */
  readonly number?: number;
}

export interface PagedListing<T> {
  readonly client: JsonClient;
  readonly first: URL;
  readonly headers: { readonly [name: string]: string };
  readonly schema: z.ZodType<T>;
  /** `listed` are the items of the pages before. */
  readonly read: (
    body: T,
    at: { readonly url: URL; readonly answer: JsonAnswer; readonly listed: number },
  ) => RequestedPage;
}

/**
 * The items of a listing, page by page. Throws a ProviderError when it comes to another end than it says.
 *
 * Pages with numbers go by position: an item that comes or goes while they are read moves others over the edge of a
 * page, to be missed or to come twice. So the total may not change in between, and has to be reached.
 */
export async function* readPages<T>(listing: PagedListing<T>): AsyncGenerator<readonly unknown[]> {
  const { client, first, headers, schema, read } = listing;
  const trail = createPageTrail(client);
  const tally = createTally(client, `GET ${first.origin}${first.pathname}`);
  let url: URL | null = first;
  let listed = 0;
  while (url !== null) {
    trail.step(url.href);
    const answer: JsonAnswer = await client.send({ url, headers });
    const body = readAnswer(schema, answer.body, { client, what: `GET ${url.origin}${url.pathname}` });
    const page: RequestedPage = read(body, { url, answer, listed });
    tally.count(page, url);
    yield page.items;
    listed += page.items.length;
    url = page.next;
  }
  tally.close();
}

/** `url` with the number of another page. */
export function atPage(url: URL, page: number): URL {
  const other = new URL(url);
  other.searchParams.set("page", String(page));
  return other;
}

interface PageTally {
  /** Throws a ProviderError when the page does not follow from those before. */
  count(page: RequestedPage, url: URL): void;
  /** Throws a ProviderError when items are missing. */
  close(): void;
}

const identified = z.object({ id: z.union([z.string(), z.number()]) });

function createTally(client: Pick<JsonClient, "error">, what: string): PageTally {
  const seen = new Set<unknown>();
  let expected: number | null = null;
  const broken = (how: string): Error => client.error("invalid-answer", `${what}: ${how}`);
  return {
    count({ items, total = null, number }, url) {
      const asked = url.searchParams.get("page") ?? "1";
      if (number !== undefined && String(number) !== asked) throw broken(`asked for page ${asked}, got ${number}`);
      if (expected !== null && total !== null && total !== expected)
        throw broken(`${expected} items became ${total} while they were listed`);
      expected = total ?? expected;
      const before = seen.size;
      // One without an id counts by itself; it is rejected later on.
      for (const item of items) seen.add(identified.safeParse(item).data?.id ?? item);
      if (items.length > 0 && seen.size === before) throw broken("a page has only items of earlier pages");
    },
    close() {
      if (expected !== null && seen.size < expected) throw broken(`only ${seen.size} of ${expected} items were listed`);
    },
  };
}
