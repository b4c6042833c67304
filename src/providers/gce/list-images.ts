import { z } from "zod";
import type { ProviderError, ProviderErrorReason } from "../../errors.ts";
import type { ImagePage } from "../provider.ts";
import type { BearerSession } from "../transport/auth/bearer-session.ts";
import type { JsonClient } from "../transport/http/json-client.ts";
import { isStatus, type JudgeRefusal, THROTTLED } from "../transport/http/judge-status.ts";
import { listParts } from "../transport/paging/list-parts.ts";
import { createPageTrail } from "../transport/paging/page-trail.ts";
import { createPartLedger } from "../transport/paging/part-ledger.ts";
import { readAnswer } from "../transport/reading/read-answer.ts";
import { readItems } from "../transport/reading/read-items.ts";
import { gceImage, type ImageProject } from "./image.ts";
import { PUBLIC_PROJECTS } from "./public-projects.ts";

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
type GceImagesAnswer = z.infer<typeof imagesAnswer>;

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
    const answer: GceImagesAnswer = readAnswer(imagesAnswer, body, {
      client,
      what: `GET ${url.origin}${url.pathname}`,
    });
    yield { ...readItems(schema, answer.items ?? []), calls: client.takeCalls() };
    token = answer.nextPageToken || undefined;
  }
}

/** The images of all public projects, each a part of its own. */
export function listPublicProjects(listing: GceListing): AsyncGenerator<ImagePage> {
  const parts = PUBLIC_PROJECTS.map(({ id }) => ({ part: id, list: () => listProject(listing, { id, isOwn: false }) }));
  return listParts(listing.client, parts, createPartLedger(judgeProject));
}

/** A project that is gone is closed to everybody, for good. */
function judgeProject(error: ProviderError): ProviderErrorReason {
  return isStatus(error, 404) ? "forbidden" : error.reason;
}
