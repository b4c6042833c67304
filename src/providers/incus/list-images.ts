import { z } from "zod";
import type { ImagePage } from "../provider.ts";
import type { JsonClient } from "../transport/http.ts";
import { readAnswer } from "../transport/read-answer.ts";
import { readItems } from "../transport/read-items.ts";
import { incusImage } from "./image.ts";

export interface IncusListing {
  readonly client: JsonClient;
  /** Without `/1.0`. */
  readonly apiurl: string;
  readonly headers: { readonly [name: string]: string };
}

/** The project that every server has. */
const DEFAULT = "default";

const server = z.object({ auth: z.string() });
const projects = z.array(z.object({ name: z.string().min(1), config: z.record(z.string(), z.string()).nullish() }));
const images = z.array(z.unknown());

/** What a server shows to everybody: the public images of its default project. */
export async function* listPublic(listing: IncusListing): AsyncGenerator<ImagePage> {
  yield await listProject(listing, { queried: undefined, project: DEFAULT, isTrusted: false });
}

/** The images of one project, or of all that the credentials open. */
export async function* listProjects(listing: IncusListing, only?: string): AsyncGenerator<ImagePage> {
  await assertTrusted(listing);
  if (only !== undefined) {
    yield await listProject(listing, { queried: only, project: only, isTrusted: true });
    return;
  }
  for (const [project, queried] of await findProjects(listing)) {
    yield await listProject(listing, { queried, project, isTrusted: true, isOneOfMany: project !== DEFAULT });
  }
}

/** Who is not trusted is answered all the same, but with public images alone. */
async function assertTrusted(listing: IncusListing): Promise<void> {
  const { auth } = await get(listing, "/1.0", server);
  if (auth === "trusted") return;
  throw listing.client.error("credentials", `the server trusts neither certificate nor token (auth: ${auth})`);
}

/** Projects with images, and by which name to ask for them: those without images of their own show the default one's. */
async function findProjects(listing: IncusListing): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const { name, config } of await get(listing, "/1.0/projects?recursion=1", projects)) {
    const holder = config?.["features.images"] === "false" ? DEFAULT : name;
    if (!found.has(holder)) found.set(holder, name);
  }
  return found;
}

async function listProject(
  listing: IncusListing,
  about: { queried: string | undefined; project: string; isTrusted: boolean; isOneOfMany?: boolean },
): Promise<ImagePage> {
  const query = new URLSearchParams({ recursion: "1", ...(about.queried !== undefined && { project: about.queried }) });
  const items = await get(listing, `/1.0/images?${query.toString()}`, images);
  return { ...readItems(incusImage(about), items), calls: listing.client.takeCalls() };
}

/** What the answer's envelope holds. */
async function get<T>({ client, apiurl, headers }: IncusListing, path: string, schema: z.ZodType<T>): Promise<T> {
  const url = new URL(apiurl + path);
  const { body } = await client.send({ url, headers });
  return readAnswer(z.object({ metadata: schema }), body, { client, what: `GET ${url.origin}${url.pathname}` })
    .metadata;
}
