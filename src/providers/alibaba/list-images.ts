import { randomUUID } from "node:crypto";
import { z } from "zod";
import type { ImagePage } from "../provider.ts";
import type { JsonClient } from "../transport/http/json-client.ts";
import { type JudgeRefusal, THROTTLED, WRONG_CREDENTIALS } from "../transport/http/judge-status.ts";
import { listParts } from "../transport/paging/list-parts.ts";
import { readAnswer } from "../transport/reading/read-answer.ts";
import { readItems } from "../transport/reading/read-items.ts";
import { alibabaId, alibabaImage, type AlibabaView } from "./image.ts";
import { type AccessKey, encodeQuery, signRequest } from "./sign-request.ts";

export interface AlibabaListing {
  readonly client: JsonClient;
  readonly key: AccessKey;
  readonly apiurl: string;
  readonly region: string;
}

/** One question to the API, and what its answers are: a part of the source. */
export interface AlibabaQuestion {
  readonly part: string;
  readonly view: AlibabaView;
  readonly parameters: { readonly [name: string]: string };
}

/** What everybody sees in a region. Community images come only when they alone are asked for. */
export const PUBLIC: readonly AlibabaQuestion[] = [
  { part: "system", view: "public", parameters: { ImageOwnerAlias: "system" } },
  { part: "marketplace", view: "public", parameters: { ImageOwnerAlias: "marketplace" } },
  { part: "community", view: "community", parameters: { ImageOwnerAlias: "others", IsPublic: "true" } },
];

/** What only this account sees. */
export const OWN: readonly AlibabaQuestion[] = [
  { part: "own", view: "own", parameters: { ImageOwnerAlias: "self" } },
  { part: "shared", view: "shared", parameters: { ImageOwnerAlias: "others", IsPublic: "false" } },
];

/** The most that the API gives on a page. */
const PAGE_SIZE = 100;
/** Without being told it lists only those that are available. */
const STATUSES = "Creating,Waiting,Available,UnAvailable,CreateFailed,Deprecated";
/** Marketplaces have thousands of images, not millions. */
const MAX_PAGES = 10_000;
/** How often a listing that changed under our hands is begun anew. */
const MAX_ROUNDS = 3;

/** Wrong keys are a 404 or 400, and throttling is a 400, told from others by their codes. */
export const judgeCode: JudgeRefusal = ({ body }) => {
  const code = /"Code"\s*:\s*"([^"]*)"/.exec(body)?.[1] ?? "";
  if (/^(InvalidAccessKey|SignatureDoesNotMatch|IncompleteSignature|MissingAccessKey)/.test(code)) {
    return WRONG_CREDENTIALS;
  }
  return code.startsWith("Throttling") ? THROTTLED : null;
};

/** The images that answer all `questions`. One that answers several comes once. */
export function listAlibabaImages(
  listing: AlibabaListing,
  questions: readonly AlibabaQuestion[],
): AsyncGenerator<ImagePage> {
  const yielded = new Set<string>();
  const parts = questions.map((question) => ({
    part: question.part,
    list: () => listAnswers(listing, question, yielded),
  }));
  return listParts(listing.client, parts);
}

const imagesAnswer = z.object({
  TotalCount: z.number().int().min(0),
  PageSize: z.number().int().min(1).max(PAGE_SIZE),
  Images: z.object({ Image: z.array(z.unknown()) }),
});

/**
 * The API knows pages by number alone: an image that appears or vanishes while they are read moves others from page to
 * page, and so past us. A round counts only when the number of images stayed the same and that many were seen.
 */
async function* listAnswers(
  listing: AlibabaListing,
  question: AlibabaQuestion,
  yielded: Set<string>,
): AsyncGenerator<ImagePage> {
  const { client, region } = listing;
  const schema = alibabaImage(question.view, region);
  let difference = "";
  for (let round = 1; round <= MAX_ROUNDS; round++) {
    const seen = new Set<unknown>();
    let total = 0;
    let last = 1;
    for (let page = 1; page <= last; page++) {
      const answer = await askPage(listing, question, page);
      if (page > 1 && answer.TotalCount !== total) {
        difference = `it had ${total} images, then ${answer.TotalCount}`;
        total = -1;
        break;
      }
      total = answer.TotalCount;
      last = Math.min(Math.ceil(total / answer.PageSize), MAX_PAGES);
      const { images, rejected } = readItems(schema, answer.Images.Image, alibabaId);
      for (const key of [...images.map(({ id }) => id), ...rejected.map(({ item }) => item)]) seen.add(key);
      const fresh = images.filter(({ id }) => !yielded.has(id));
      for (const { id } of fresh) yielded.add(id);
      yield { images: fresh, rejected: round === 1 ? rejected : [], calls: client.takeCalls() };
    }
    if (seen.size === total) return;
    if (total >= 0) difference = `it has ${total} images, and ${seen.size} came`;
  }
  const what = JSON.stringify(question.parameters);
  throw client.error(
    "invalid-answer",
    `${what}: the list kept changing while it was read, tried ${MAX_ROUNDS} times: ${difference}`,
  );
}

async function askPage(
  { client, key, apiurl, region }: AlibabaListing,
  { parameters }: AlibabaQuestion,
  page: number,
): Promise<z.infer<typeof imagesAnswer>> {
  const url = new URL(`${apiurl}/`);
  url.search = encodeQuery({
    ...parameters,
    RegionId: region,
    Status: STATUSES,
    PageNumber: String(page),
    PageSize: String(PAGE_SIZE),
  });
  const signed = { method: "GET", action: "DescribeImages", version: "2014-05-26" } as const;
  const { body } = await client.send({
    url,
    headers: (target) => signRequest(key, { ...signed, url: target, time: new Date(), nonce: randomUUID() }),
    judge: judgeCode,
  });
  return readAnswer(imagesAnswer, body, { client, what: `GET ${url.origin}/ DescribeImages` });
}
