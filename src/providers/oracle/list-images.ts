import { z } from "zod";
import type { MachineImage } from "../../image.ts";
import type { ImagePage } from "../provider.ts";
import type { JsonClient } from "../transport/http/json-client.ts";
import type { JudgeRefusal } from "../transport/http/judge-status.ts";
import { createPageTrail } from "../transport/paging/page-trail.ts";
import { readAnswer } from "../transport/reading/read-answer.ts";
import { readItems } from "../transport/reading/read-items.ts";
import { oracleImage } from "./image.ts";
import { type SigningKey, signRequest } from "./sign-request.ts";

export interface OracleListing {
  readonly client: JsonClient;
  readonly key: SigningKey;
  readonly apiurl: string;
  readonly compartment: string;
}

/** The most that the API gives on a page. */
const PAGE_SIZE = "1000";

/** A compartment that the user may not look into is said not to be there. */
const judge: JudgeRefusal = ({ status, body }) =>
  status === 404 && body.includes("NotAuthorizedOrNotFound")
    ? { reason: "forbidden", meaning: "no such compartment, or the user is not allowed to see it", mayRetry: false }
    : null;

/**
 * The user in its tenancy and the compartment, by the end of their OCIDs, which names each by itself: the three as a whole are
 * longer than a name may be. Asks for one image, since who may list is known then. Throws a ProviderError.
 */
export async function findOracleAccount({ client, key, apiurl, compartment }: OracleListing): Promise<string> {
  const url = new URL(`${apiurl}/20160918/images`);
  url.searchParams.set("compartmentId", compartment);
  url.searchParams.set("limit", "1");
  await client.send({ url, headers: (target) => signRequest(key, target, new Date().toUTCString()), judge });
  const [tenancy = "", user = ""] = key.id.split("/");
  return [tenancy, user, compartment].map((ocid) => ocid.slice(ocid.lastIndexOf(".") + 1)).join("/");
}

/**
 * Those images of a compartment's list that `isWanted`: the list begins with Oracle's, which are the same in all of
 * them, and goes on with the compartment's own. Those that are deleted stand in it for a while and are none.
 */
export async function* listOracleImages(
  { client, key, apiurl, compartment }: OracleListing,
  isWanted: (image: MachineImage) => boolean,
): AsyncGenerator<ImagePage> {
  const trail = createPageTrail(client);
  const url = new URL(`${apiurl}/20160918/images`);
  url.searchParams.set("compartmentId", compartment);
  url.searchParams.set("limit", PAGE_SIZE);
  let page: string | null = "";
  while (page !== null) {
    if (trail.step(page)) url.searchParams.set("page", page);
    const answer = await client.send({
      url,
      headers: (target) => signRequest(key, target, new Date().toUTCString()),
      judge,
    });
    const what = `GET ${url.origin}${url.pathname}`;
    const { images, rejected } = readItems(
      oracleImage,
      readAnswer(z.array(z.unknown()), answer.body, { client, what }),
    );
    const wanted = images.filter((image) => isWanted(image) && image.extra["lifecycle_state"] !== "DELETED");
    yield { images: wanted, rejected, calls: client.takeCalls() };
    page = answer.header("opc-next-page") || null;
  }
}
