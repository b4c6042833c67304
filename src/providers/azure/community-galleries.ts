import { z } from "zod";
import type { ImagePage } from "../provider.ts";
import { isStatus } from "../transport/judge-status.ts";
import { readAnswer } from "../transport/read-answer.ts";
import { readItems } from "../transport/read-items.ts";
import type { Arm } from "./arm.ts";
import { type Definition, galleryImage } from "./gallery-image.ts";

const TABLE = "communitygalleryresources";
const TYPE = "microsoft.compute/locations/communitygalleries/images";
/** The most that Resource Graph gives on a page. */
const PAGE_SIZE = 1000;

const graphAnswer = z.object({ data: z.array(z.unknown()), $skipToken: z.string().nullish() });

const definitionRow = z.object({ id: z.string(), properties: z.record(z.string(), z.json()).nullish() });
const versionRow = z.looseObject({ id: z.string() });

/**
 * The images of all community galleries in a location. Resource Manager gets such a gallery by its name alone and lists
 * none; Resource Graph has them all, in few pages, for anybody who may read the subscription.
 */
export async function* listCommunityGalleries(arm: Arm): AsyncGenerator<ImagePage> {
  const definitions = new Map<string, Definition>();
  for await (const rows of askGraph(arm, TYPE)) {
    const read = readAnswer(z.array(definitionRow), rows, { client: arm.client, what: TABLE });
    for (const { id, properties } of read) {
      const place = placeOf(id);
      if (place) definitions.set(place.key, { gallery: place.gallery, name: place.name, properties: properties ?? {} });
    }
  }
  for await (const rows of askGraph(arm, `${TYPE}/versions`)) {
    const pages = rows.map((row) => readVersion(definitions, row));
    yield {
      images: pages.flatMap(({ images }) => images),
      rejected: pages.flatMap(({ rejected }) => rejected),
      calls: arm.client.takeCalls(),
    };
  }
}

/** A version with its definition, or without, should that have come or gone in between. */
function readVersion(
  definitions: ReadonlyMap<string, Definition>,
  row: unknown,
): Pick<ImagePage, "images" | "rejected"> {
  const read = versionRow.safeParse(row);
  const place = read.success ? placeOf(read.data.id) : null;
  if (!read.success || !place) {
    return { images: [], rejected: [{ reason: "id: expected that of a community gallery's image", item: row }] };
  }
  const { gallery, name, uniqueId } = place;
  const definition = definitions.get(place.key) ?? { gallery, name, properties: {} };
  const view = { ownerId: gallery, visibility: "community", owned: false } as const;
  return readItems(galleryImage(definition, view), [{ ...read.data, identifier: { uniqueId } }]);
}

interface Place {
  readonly gallery: string;
  readonly name: string;
  /** The same for a definition and its versions. */
  readonly key: string;
  readonly uniqueId: string;
}

/** Ids hold the subscription that asked; what others may use begins at the gallery. */
function placeOf(id: string): Place | null {
  const [uniqueId, gallery, name] =
    /\/communitygalleries\/([^/]+)\/images\/([^/]+)(\/versions\/[^/]+)?$/i.exec(id) ?? [];
  if (uniqueId === undefined || gallery === undefined || name === undefined) return null;
  return { gallery, name, key: `${gallery}/${name}`.toLowerCase(), uniqueId };
}

async function* askGraph(arm: Arm, type: string): AsyncGenerator<readonly unknown[]> {
  const { client, session, trail, apiurl, subscription, location } = arm;
  const url = new URL(`${apiurl}/providers/Microsoft.ResourceGraph/resources?api-version=2021-03-01`);
  // Ordered, or pages may repeat rows and leave out others.
  const query = `${TABLE} | where type =~ '${type}' and location =~ '${location}' | order by id asc`;
  let token: string | null | undefined = "";
  while (token !== null && token !== undefined) {
    trail.step(`${type} ${token}`);
    const options = { resultFormat: "objectArray", $top: PAGE_SIZE, ...(token && { $skipToken: token }) };
    const request = { method: "POST", url, body: { subscriptions: [subscription], query, options } } as const;
    let body;
    try {
      ({ body } = await session.send(request));
    } catch (error) {
      // Clouds without Resource Graph, as Azure Stack Hub, have no community galleries either.
      if (token === "" && isStatus(error, 404)) return;
      throw error;
    }
    const answer: z.infer<typeof graphAnswer> = readAnswer(graphAnswer, body, { client, what: `POST ${url.pathname}` });
    yield answer.data;
    token = answer.$skipToken;
  }
}
