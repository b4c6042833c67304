import { z } from "zod";
import type { ImagePage } from "../provider.ts";
import { isStatus } from "../transport/http/judge-status.ts";
import { readAnswer } from "../transport/reading/read-answer.ts";
import { readEach, readItems } from "../transport/reading/read-items.ts";
import { type StepResult, inPart, type Step } from "../transport/paging/walk.ts";
import type { Arm } from "./arm.ts";
import { type Definition, galleryImage } from "./gallery-image.ts";
import { lenientProperties } from "./properties.ts";

const TABLE = "communitygalleryresources";
const TYPE = "microsoft.compute/locations/communitygalleries/images";
/** The most that Resource Graph gives on a page. */
const PAGE_SIZE = 1000;

const graphAnswer = z.object({ data: z.array(z.unknown()), $skipToken: z.string().nullish() });

const definitionRow = z.object({ id: z.string(), properties: lenientProperties });
const versionRow = z.looseObject({ id: z.string() });

/**
 * The images of all community galleries in a location, together one part. Resource Manager gets such a gallery by its name
 * alone and lists none; Resource Graph has them all, in few pages, for anybody who may read the subscription.
 */
export function listCommunityGalleries(arm: Arm): Step {
  const definitions = new Map<string, Definition>();
  const versions = askGraph(arm, `${TYPE}/versions`, (rows) => {
    const read = rows.map((row) => readVersion(definitions, row));
    return {
      images: read.flatMap(({ images }) => images),
      rejected: read.flatMap(({ rejected }) => rejected),
    };
  });
  const note = (rows: readonly unknown[]): StepResult => {
    // The versions of a definition that cannot be read are read without.
    for (const { id, properties } of readEach(definitionRow, rows).read) {
      const place = placeOf(id);
      if (place) definitions.set(place.key, { gallery: place.gallery, name: place.name, properties });
    }
    return {};
  };
  return inPart("community galleries", askGraph(arm, TYPE, note, versions));
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

interface GalleryPlace {
  readonly gallery: string;
  readonly name: string;
  /** The same for a definition and its versions. */
  readonly key: string;
  readonly uniqueId: string;
}

/** Ids hold the subscription that asked; what others may use begins at the gallery. */
function placeOf(id: string): GalleryPlace | null {
  const [uniqueId, gallery, name] =
    /\/communitygalleries\/([^/]+)\/images\/([^/]+)(\/versions\/[^/]+)?$/i.exec(id) ?? [];
  if (uniqueId === undefined || gallery === undefined || name === undefined) return null;
  return { gallery, name, key: `${gallery}/${name}`.toLowerCase(), uniqueId };
}

/** Asks page by page, hands each page's rows to `visit`, and goes on with `then` after the last one. */
function askGraph(
  arm: Arm,
  type: string,
  visit: (rows: readonly unknown[]) => StepResult,
  then?: Step,
  token = "",
): Step {
  return async () => {
    const { client, session, trail, apiurl, subscription, location } = arm;
    const url = new URL(`${apiurl}/providers/Microsoft.ResourceGraph/resources?api-version=2021-03-01`);
    // Ordered, or pages may repeat rows and leave out others.
    const query = `${TABLE} | where type =~ '${type}' and location =~ '${location}' | order by id asc`;
    trail.step(`${type} ${token}`);
    const options = { resultFormat: "objectArray", $top: PAGE_SIZE, ...(token && { $skipToken: token }) };
    const request = { method: "POST", url, body: { subscriptions: [subscription], query, options } } as const;
    let body;
    try {
      ({ body } = await session.send(request));
    } catch (error) {
      // Clouds without Resource Graph, as Azure Stack Hub, have no community galleries either.
      if (token === "" && isStatus(error, 404)) return {};
      throw error;
    }
    const answer: z.infer<typeof graphAnswer> = readAnswer(graphAnswer, body, { client, what: `POST ${url.pathname}` });
    const found = visit(answer.data);
    const next = answer.$skipToken ? askGraph(arm, type, visit, then, answer.$skipToken) : then;
    return { ...found, ...(next && { next: [next] }) };
  };
}
