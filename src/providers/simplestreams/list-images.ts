import { z } from "zod";
import type { ProviderError } from "../../errors.ts";
import type { ImagePage, RejectedItem } from "../provider.ts";
import type { JsonClient } from "../transport/http/json-client.ts";
import { isStatus } from "../transport/http/judge-status.ts";
import { lenientList, lenientText } from "../transport/reading/lenient.ts";
import { createPageTrail, type PageTrail } from "../transport/paging/page-trail.ts";
import { createPartTally, type PartPage } from "../transport/paging/part-tally.ts";
import { parseJson } from "../transport/http/parse-json.ts";
import { readAnswer } from "../transport/reading/read-answer.ts";
import { readItems } from "../transport/reading/read-items.ts";
import { readClearSigned } from "./clear-signed.ts";
import { streamImage } from "./image.ts";
import type { Keyring } from "./keyring.ts";
import { productTree, walkVersions } from "./products.ts";
import { describeImages } from "./version-images.ts";

/** The `ETag`s of the files that a listing read, by their addresses, in that order; null where a file has none. */
export type ReadIndexes = Map<string, string | null>;

export interface StreamListing {
  readonly client: JsonClient;
  /** The folder above `streams/v1`, without a slash at its end. */
  readonly apiurl: string;
  /** Whose images are asked for; without one all are. */
  readonly region: string | undefined;
  /** With one, only files that one of its keys signed are read. */
  readonly keyring: Keyring | undefined;
  /** Takes what was read. */
  readonly files: ReadIndexes;
  /** Takes the files that a listing goes without. */
  readonly missing: Set<string>;
}

/** Images on a page: a product file can hold a hundred thousand. */
const PAGE_SIZE = 500;

const entry = z.object({
  path: z.string().min(1),
  format: lenientText,
  datatype: lenientText,
  clouds: lenientList(z.object({ region: z.string() })),
});
type IndexEntry = z.infer<typeof entry>;

const indexAnswer = z.object({ index: z.record(z.string(), entry) });

/** All images of a server. Each file is a part. An image that several hold comes once, as the first of them has it. */
export async function* listStreams(listing: StreamListing): AsyncGenerator<ImagePage> {
  const files = await readIndexes(listing);
  const tally = createPartTally(listing.client, reasonOf);
  const seen = new Set<string>();
  for (const path of new Set(chooseFiles(listing, files))) {
    for await (const page of tally.list({ part: path }, listFile(listing, path, seen))) {
      for (const { part } of page.failedParts ?? []) listing.missing.add(part);
      yield page;
    }
  }
  tally.close();
}

/** Nobody has an account here: a refusal says as little of a file as no answer does. */
function reasonOf({ reason }: ProviderError): ProviderError["reason"] {
  return reason === "forbidden" || reason === "credentials" ? "unreachable" : reason;
}

const SIGNED_INDEX = "streams/v1/index.sjson";

/** Where all files are served signed, there is no other index. */
async function readIndexes(listing: StreamListing): Promise<IndexEntry[]> {
  if (listing.keyring) return readIndex(listing, SIGNED_INDEX, createPageTrail(listing.client));
  try {
    return await readIndex(listing, "streams/v1/index.json", createPageTrail(listing.client));
  } catch (error) {
    if (!isStatus(error, 404)) throw error;
    const signed = await readIndex(listing, SIGNED_INDEX, createPageTrail(listing.client)).catch((second: unknown) =>
      isStatus(second, 404) ? undefined : Promise.reject(second),
    );
    if (signed === undefined) throw error;
    return signed;
  }
}

/** The product files of images that an index names, those of the indexes it names included. */
async function readIndex(listing: StreamListing, path: string, trail: PageTrail): Promise<IndexEntry[]> {
  const { index } = await readFile(listing, trail.step(path), indexAnswer);
  const files: IndexEntry[] = [];
  for (const named of Object.values(index)) {
    if (named.format === "index:1.0") files.push(...(await readIndex(listing, named.path, trail)));
    // Others hold tools, packages, licences.
    else if (named.datatype?.startsWith("image-") ?? true) files.push(named);
  }
  return files;
}

/** With a region only the files that may hold its images. Throws a ProviderError for a region that there is not. */
function chooseFiles({ client, region }: StreamListing, files: readonly IndexEntry[]): string[] {
  if (region === undefined) return files.map(({ path }) => path);
  const regions = new Set(files.flatMap(({ clouds }) => clouds).map((cloud) => cloud.region));
  if (regions.size > 0 && !regions.has(region)) {
    const offered = [...regions].toSorted().slice(0, 30).join(", ");
    throw client.error("invalid-answer", `the streams have no region ${region}; they have ${client.quote(offered)}`);
  }
  const mayHold = ({ clouds }: IndexEntry): boolean =>
    clouds.length > 0 ? clouds.some((cloud) => cloud.region === region) : true;
  return files.filter(mayHold).map(({ path }) => path);
}

async function readFile<T>(listing: StreamListing, path: string, schema: z.ZodType<T>): Promise<T> {
  const { client, apiurl, files, keyring } = listing;
  // An index may name files by their unsigned names; the signed ones stand beside them.
  const url = new URL(`${apiurl}/${keyring ? path.replace(/\.json$/, ".sjson") : path}`);
  const isSigned = url.pathname.endsWith(".sjson");
  const answer = await client.send({ url, ...(isSigned && { parse: keyring ? (text) => text : readClearSigned }) });
  files.set(url.href, answer.header("etag"));
  const what = `GET ${url.href}`;
  const body = keyring ? await readSigned(answer.body, keyring, { client, what }) : answer.body;
  return readAnswer(schema, body, { client, what });
}

/** Throws a ProviderError for what none of the keys signed. */
async function readSigned(
  text: unknown,
  keyring: Keyring,
  { client, what }: { readonly client: JsonClient; readonly what: string },
): Promise<unknown> {
  const message = z.string().safeParse(text).data;
  if (message === undefined) throw client.error("invalid-answer", `${what}: expected a signed file`);
  let signed: string;
  try {
    signed = await keyring.verify(message);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw client.error("invalid-answer", `${what}: no key of the keyring signed it (${client.quote(why)})`);
  }
  try {
    return parseJson(signed);
  } catch {
    throw client.error("invalid-answer", `${what}: expected JSON below the signature's headers`);
  }
}

async function* listFile(listing: StreamListing, path: string, seen: Set<string>): AsyncGenerator<PartPage> {
  const { region } = listing;
  const tree = await readFile(listing, path, productTree);
  const schema = streamImage(region);
  let found: unknown[] = [];
  let odd: RejectedItem[] = [];
  const takePage = (): PartPage => {
    const { images, rejected } = readItems(schema, found);
    const fresh = images.filter(({ id }) => !seen.has(id) && seen.add(id));
    const page = { images: fresh, rejected: [...rejected, ...odd] };
    [found, odd] = [[], []];
    return page;
  };
  for (const version of walkVersions(tree)) {
    found.push(...describeImages(version, region));
    odd.push(...version.rejected);
    if (found.length >= PAGE_SIZE) yield takePage();
  }
  yield takePage();
}
