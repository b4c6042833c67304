import { z } from "zod";
import { ProviderError } from "../../errors.ts";
import type { ImagePage } from "../provider.ts";
import type { BearerSession } from "../transport/bearer-session.ts";
import type { JsonClient } from "../transport/http.ts";
import { isStatus, type JudgeRefusal, THROTTLED } from "../transport/judge-status.ts";
import { createPageTrail } from "../transport/pages.ts";
import { readAnswer } from "../transport/read-answer.ts";
import { readItems } from "../transport/read-items.ts";
import { gceImage, type ImageProject } from "./image.ts";
import { PUBLIC_PROJECTS, type PublicProject } from "./public-projects.ts";

export interface GceListing {
  readonly client: JsonClient;
  readonly session: BearerSession;
  /** Without `/compute/v1`. */
  readonly apiurl: string;
}

/** The most that the API gives on a page. */
const PAGE_SIZE = "500";

/** https://cloud.google.com/compute/api-quota: a used-up rate quota is a 403. */
export const judgeQuota: JudgeRefusal = ({ status, body }) =>
  status === 403 && /"reason":\s*"(user)?_?rate_?limit_?exceeded"/i.test(body) ? THROTTLED : null;

const imagesAnswer = z.object({ items: z.array(z.unknown()).optional(), nextPageToken: z.string().optional() });
type ImagesAnswer = z.infer<typeof imagesAnswer>;

/** All images of a project, deprecated ones included: unlike gcloud the API does not leave those out. */
export async function* listProject(
  { client, session, apiurl }: GceListing,
  project: ImageProject,
): AsyncGenerator<ImagePage> {
  const trail = createPageTrail(client);
  const schema = gceImage(project);
  const url = new URL(`${apiurl}/compute/v1/projects/${encodeURIComponent(project.id)}/global/images`);
  url.searchParams.set("maxResults", PAGE_SIZE);
  let token: string | undefined = "";
  while (token !== undefined) {
    if (trail.step(token)) url.searchParams.set("pageToken", token);
    const { body } = await session.send({ url });
    const answer: ImagesAnswer = readAnswer(imagesAnswer, body, { client, what: `GET ${url.origin}${url.pathname}` });
    yield { ...readItems(schema, answer.items ?? []), calls: client.takeCalls() };
    token = answer.nextPageToken || undefined;
  }
}

/**
 * The images of all public projects. One that is gone has none; neither has an undocumented one that is closed to the
 * account. Both are noted as rejected. But where not a single project can be read, something else is wrong.
 */
export async function* listPublicProjects(listing: GceListing): AsyncGenerator<ImagePage> {
  const refusals: unknown[] = [];
  for (const project of PUBLIC_PROJECTS) {
    try {
      yield* listProject(listing, { id: project.id, isOwn: false });
    } catch (error) {
      if (!isClosed(project, error)) throw error;
      refusals.push(error);
      yield {
        images: [],
        rejected: [{ reason: reasonOf(error), item: project.id }],
        calls: listing.client.takeCalls(),
      };
    }
  }
  if (refusals.length === PUBLIC_PROJECTS.length) throw refusals[0];
}

function isClosed({ isUndocumented }: PublicProject, error: unknown): boolean {
  const isForbidden = error instanceof ProviderError && error.reason === "forbidden";
  return isStatus(error, 404) || (isUndocumented === true && isForbidden);
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
