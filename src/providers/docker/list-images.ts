import { z } from "zod";
import { ProviderError } from "../../errors.ts";
import type { ImagePage, RejectedItem } from "../provider.ts";
import type { JsonClient } from "../transport/http/json-client.ts";
import { jsonValue } from "../transport/reading/json-values.ts";
import { isStatus, UnexpectedStatusError } from "../transport/http/judge-status.ts";
import { lenientList, lenientText } from "../transport/reading/lenient.ts";
import { readAnswer } from "../transport/reading/read-answer.ts";
import { readItems } from "../transport/reading/read-items.ts";
import { dockerImage } from "./image.ts";

/** An entry of the list. Its tags are ids of images: other fields may be odd. */
const summary = z.object({ Id: z.string().min(1), RepoTags: z.array(z.unknown()).nullish() }).catchall(jsonValue);
const names = z.object({ Id: lenientText, RepoTags: lenientList(z.string()), RepoDigests: lenientList(z.string()) });

/** All images of an engine. What one is made for, only the image itself says; one that goes meanwhile is not there. */
export async function* listDocker(client: JsonClient, url: string, atOnce: number): AsyncGenerator<ImagePage> {
  const asked = new URL(`${url}/images/json?all=false`);
  const { body } = await client.send({ url: asked });
  const found = readAnswer(z.array(z.unknown()), body, { client, what: `GET ${asked.href}` });
  for (let from = 0; from < found.length; from += atOnce) {
    const some = found.slice(from, from + atOnce).map((item) => describe(client, url, item));
    const described = await Promise.all(some);
    const { images, rejected } = readItems(
      dockerImage,
      described.flatMap((one) => one.items),
      idOfItem,
    );
    const all = [...rejected, ...described.flatMap((one) => one.rejected)];
    yield { images, rejected: all, calls: client.takeCalls() };
  }
  yield { images: [], rejected: [], calls: client.takeCalls() };
}

interface Described {
  /** The image under each of its names. */
  readonly items: readonly unknown[];
  readonly rejected: readonly RejectedItem[];
}

/** One that the engine itself cannot describe is rejected by its names. Throws a ProviderError where nothing can be had. */
async function describe(client: JsonClient, url: string, item: unknown): Promise<Described> {
  const read = summary.safeParse(item);
  if (!read.success) {
    const reason = read.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`).join("; ");
    return { items: [], rejected: rejectAll(item, reason) };
  }
  const { tags, digests } = namesIn(item);
  const odd = (read.data.RepoTags ?? []).filter((tag) => typeof tag !== "string");
  const rejected = odd.map((tag) => ({ reason: "RepoTags: expected a tag", item: tag }));
  // An image whose tags are all odd has others than its digests.
  if (odd.length > 0 && tags.length === 0) return { items: [], rejected };
  try {
    const { body } = await client.send({ url: new URL(`${url}/images/${encodeURIComponent(read.data.Id)}/json`) });
    const named = { summary: read.data, image: body };
    const items = idsOf(tags, digests).map((name) => ({ name, ...named, ...ownNames(name, tags, digests) }));
    return { items, rejected };
  } catch (error) {
    if (isStatus(error, 404)) return { items: [], rejected: [] };
    if (!isAboutOne(error)) throw error;
    return { items: [], rejected: rejectAll(item, error.message) };
  }
}

/** Of an image with a missing layer, engines say 500. */
function isAboutOne(error: unknown): error is ProviderError {
  return (
    error instanceof ProviderError && error.reason === "invalid-answer" && error.cause instanceof UnexpectedStatusError
  );
}

function rejectAll(item: unknown, reason: string): RejectedItem[] {
  const { id, tags, digests } = namesIn(item);
  return idsOf(tags, digests).map((name) => ({ id: name ?? id ?? undefined, reason, item }));
}

function namesIn(item: unknown): { id: string | null; tags: readonly string[]; digests: readonly string[] } {
  const { Id: id, RepoTags, RepoDigests } = names.safeParse(item).data ?? { Id: null, RepoTags: [], RepoDigests: [] };
  return { id, tags: known(RepoTags), digests: known(RepoDigests) };
}

/** What of an image's names is this entry's: its tag, and the digests of its repository. Another tag is another entry. */
function ownNames(
  name: string | null,
  tags: readonly string[],
  digests: readonly string[],
): { tags: readonly string[]; digests: readonly string[] } {
  if (name === null) return { tags: [], digests: [] };
  if (!tags.includes(name)) return { tags: [], digests: [name] };
  const repository = name.replace(/:[^:/]*$/, "");
  return { tags: [name], digests: digests.filter((digest) => digest.startsWith(`${repository}@`)) };
}

/** An image without tags or digests has one that says so: `<none>:<none>`. */
function known(said: readonly string[]): string[] {
  return [...new Set(said)].filter((name) => name !== "" && !/^<none>[:@]/.test(name));
}

/** Its tags; or its digests, by which one that lost its tag can still be had; or null, when only its id is left. */
function idsOf(tags: readonly string[], digests: readonly string[]): readonly (string | null)[] {
  if (tags.length > 0) return tags;
  return digests.length > 0 ? digests : [null];
}

const described = z.object({ name: z.string().nullable(), summary: z.object({ Id: z.string() }) });

function idOfItem(item: unknown): string | undefined {
  const read = described.safeParse(item).data;
  return read?.name ?? read?.summary.Id;
}
