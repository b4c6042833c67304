import { z } from "zod";
import { ProviderError } from "../../errors.ts";
import type { ImagePage } from "../provider.ts";
import type { JsonClient } from "../transport/http/json-client.ts";
import { isStatus } from "../transport/http/judge-status.ts";
import { lenientRecord, lenientText } from "../transport/reading/lenient.ts";
import { createPartTally, type PartPage } from "../transport/paging/part-tally.ts";
import { readAnswer } from "../transport/reading/read-answer.ts";
import { readItems } from "../transport/reading/read-items.ts";
import { incusImage } from "./image.ts";

export interface IncusListing {
  readonly client: JsonClient;
  /** Without `/1.0`. */
  readonly apiurl: string;
  readonly headers: { readonly [name: string]: string };
}

/** The project that every server has. */
const DEFAULT = "default";

const server = z.object({ auth: lenientText, auth_user_name: lenientText, auth_user_method: lenientText });
const projects = z.array(z.object({ name: z.string().min(1), config: lenientRecord }));
const images = z.array(z.unknown());

/** What a server shows to everybody: the public images of a project, its default one unless told otherwise. */
export async function* listPublic(listing: IncusListing, only?: string): AsyncGenerator<ImagePage> {
  const read = await readProject(listing, { queried: only, project: only ?? DEFAULT, isTrusted: false });
  yield { ...read, calls: listing.client.takeCalls() };
}

/** The images of one project, or of all that the credentials open. Each project with images of its own is a part. */
export async function* listProjects(listing: IncusListing, only?: string): AsyncGenerator<ImagePage> {
  await readTrusted(listing);
  const found = only === undefined ? await findProjects(listing) : new Map([[only, [only]]]);
  const tally = createPartTally(listing.client);
  for (const [project, names] of found) {
    const about = {
      project,
      isTrusted: true,
      isFound: only === undefined,
      isOneOfMany: only === undefined && project !== DEFAULT,
    };
    yield* tally.list({ part: `project ${project}` }, listProject(listing, names, about));
  }
  tally.close();
}

/** Who is not trusted is answered all the same, but with public images alone: throws a ProviderError then. */
export async function readTrusted(listing: IncusListing): Promise<{ name: string | null; method: string | null }> {
  const { auth, auth_user_name: name, auth_user_method: method } = await get(listing, "/1.0", server);
  if (auth === "trusted") return { name, method };
  throw listing.client.error(
    "credentials",
    `the server trusts neither certificate nor token (auth: ${listing.client.quote(String(auth))})`,
  );
}

/** Projects with images, and by which names these can be asked for: those without images of their own show the default one's. */
async function findProjects(listing: IncusListing): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>();
  for (const { name, config } of await get(listing, "/1.0/projects?recursion=1", projects)) {
    const holder = String(config["features.images"]) === "false" ? DEFAULT : name;
    found.set(holder, [...(found.get(holder) ?? []), name]);
  }
  return found;
}

interface ListedProject {
  /** Whether the server has told of the project, and no person has. */
  readonly isFound?: boolean;
  readonly project: string;
  readonly isTrusted: boolean;
  readonly isOneOfMany?: boolean;
}

/**
 * The images of a project, by the first of these names that they can be had by. Nothing when none of them is there any more.
 * Throws a ProviderError when none of them tells.
 */
async function* listProject(
  listing: IncusListing,
  names: readonly string[],
  about: ListedProject,
): AsyncGenerator<PartPage> {
  let failed: unknown;
  for (const queried of names) {
    try {
      yield await readProject(listing, { ...about, queried });
      return;
    } catch (error) {
      if (!(error instanceof ProviderError) || error.reason === "credentials") throw error;
      if (!isStatus(error, 404) || !about.isFound) failed ??= error;
    }
  }
  if (failed) throw failed;
}

async function readProject(
  listing: IncusListing,
  about: ListedProject & { queried: string | undefined },
): Promise<Pick<ImagePage, "images" | "rejected">> {
  const query = new URLSearchParams({ recursion: "1", ...(about.queried !== undefined && { project: about.queried }) });
  return readItems(incusImage(about), await get(listing, `/1.0/images?${query.toString()}`, images), () => undefined);
}

/** What the answer's envelope holds. */
async function get<T>({ client, apiurl, headers }: IncusListing, path: string, schema: z.ZodType<T>): Promise<T> {
  const url = new URL(apiurl + path);
  const { body } = await client.send({ url, headers });
  return readAnswer(z.object({ metadata: schema }), body, { client, what: `GET ${url.origin}${url.pathname}` })
    .metadata;
}
