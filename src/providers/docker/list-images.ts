import { z } from "zod";
import type { ImagePage } from "../provider.ts";
import type { JsonClient } from "../transport/http.ts";
import { isStatus } from "../transport/judge-status.ts";
import { readAnswer } from "../transport/read-answer.ts";
import { readItems } from "../transport/read-items.ts";
import { dockerImage } from "./image.ts";

const summaries = z.array(
  z
    .object({
      Id: z.string().min(1),
      RepoTags: z.array(z.string()).nullish(),
      RepoDigests: z.array(z.string()).nullish(),
    })
    .catchall(z.json()),
);
type Summary = z.infer<typeof summaries>[number];

/** All images of an engine. What one is made for, only the image itself says; one that goes meanwhile is not there. */
export async function* listDocker(client: JsonClient, url: string, atOnce: number): AsyncGenerator<ImagePage> {
  const asked = new URL(`${url}/images/json?all=false&digests=true`);
  const { body } = await client.send({ url: asked });
  const found = readAnswer(summaries, body, { client, what: `GET ${asked.href}` });
  for (let from = 0; from < found.length; from += atOnce) {
    const some = found.slice(from, from + atOnce).map((summary) => describe(client, url, summary));
    const images = (await Promise.all(some)).flat();
    yield { ...readItems(dockerImage, images), calls: client.takeCalls() };
  }
  yield { images: [], rejected: [], calls: client.takeCalls() };
}

/** The image under each of its names. */
async function describe(client: JsonClient, url: string, summary: Summary): Promise<unknown[]> {
  const [tags, digests] = [known(summary.RepoTags), known(summary.RepoDigests)];
  try {
    const { body: image } = await client.send({ url: new URL(`${url}/images/${encodeURIComponent(summary.Id)}/json`) });
    const named = { summary: { ...summary, RepoTags: tags, RepoDigests: digests }, image };
    return namesOf(tags, digests).map((name) => ({ name, ...named }));
  } catch (error) {
    if (isStatus(error, 404)) return [];
    throw error;
  }
}

/** An image without tags or digests has one that says so: `<none>:<none>`. */
function known(names: readonly string[] | null | undefined): string[] {
  return [...new Set(names ?? [])].filter((name) => !/^<none>[:@]/.test(name));
}

/** Its tags; or its digests, by which one that lost its tag can still be had; or null, when only its id is left. */
function namesOf(tags: readonly string[], digests: readonly string[]): readonly (string | null)[] {
  if (tags.length > 0) return tags;
  return digests.length > 0 ? digests : [null];
}
