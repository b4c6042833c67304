import { z } from "zod";
import type { ImagePage } from "../provider.ts";
import { lenientList, lenientText } from "../transport/reading/lenient.ts";
import { readItems } from "../transport/reading/read-items.ts";
import { type CloudStack, callApi } from "./call-api.ts";
import { groupCopies } from "./group-copies.ts";
import { cloudstackImage } from "./image.ts";
import { FILTERS } from "./template-filters.ts";

/** Servers refuse pages larger than their `default.page.size`, which is 500 unless somebody lowered it. */
const PAGE_SIZE = 100;
/** No listing is longer. */
const MAX_PAGES = 10_000;

const templatesAnswer = z.object({
  count: z.number().optional(),
  template: z.array(z.unknown()).optional(),
});
const zonesAnswer = z.object({
  zone: lenientList(z.object({ id: z.union([z.string().min(1), z.number().transform(String)]), name: lenientText })),
});
/** What tells one template in one zone from all others. */
const position = z.object({ id: z.unknown().optional(), zoneid: z.unknown().optional() });

export interface CloudStackListing {
  readonly cloud: CloudStack;
  /** A zone's name or id; without one all are listed. */
  readonly zone: string | undefined;
  readonly projectId: string | undefined;
}

/** All templates that the account sees. One that several filters show, or that is in several zones, comes once. */
export async function* listTemplates({ cloud, zone, projectId }: CloudStackListing): AsyncGenerator<ImagePage> {
  const parameters = {
    ...(zone !== undefined && { zoneid: await findZone(cloud, zone) }),
    ...(projectId !== undefined && { projectid: projectId }),
  };
  const seen = new Set<string>();
  for (const filter of FILTERS) {
    const schema = cloudstackImage(filter);
    for await (const templates of groupCopies(listFilter(cloud, { ...parameters, templatefilter: filter }))) {
      const { images, rejected } = readItems(schema, templates);
      const fresh = images.filter(({ id }) => !seen.has(id) && seen.add(id));
      yield { images: fresh, rejected, calls: cloud.client.takeCalls() };
    }
  }
}

/**
 * The pages of one filter: a template for each zone that it is in. Pages are counted by position, so one that comes or
 * goes in between moves others over the edge of a page; then the count changes, and the listing is no good.
 */
async function* listFilter(cloud: CloudStack, filter: Record<string, string>): AsyncGenerator<readonly unknown[]> {
  const broken = (how: string): Error =>
    cloud.client.error("invalid-answer", `listTemplates (${filter["templatefilter"]}): ${how}`);
  const seen = new Set<unknown>();
  let [listed, expected] = [0, 0];
  for (let page = 1; page <= MAX_PAGES; page++) {
    const parameters = { ...filter, page: String(page), pagesize: String(PAGE_SIZE) };
    const answer = await callApi(cloud, { command: "listTemplates", parameters, schema: templatesAnswer });
    const { template: templates = [], count = templates.length === 0 ? 0 : null } = answer;
    if (count === null) throw broken("the answer has no count");
    if (page > 1 && count !== expected) throw broken(`${expected} templates became ${count} while they were listed`);
    const before = seen.size;
    for (const template of templates) {
      const { id, zoneid } = position.safeParse(template).data ?? {};
      seen.add(id === undefined ? template : JSON.stringify([id, zoneid]));
    }
    if (count > 0 && seen.size === before)
      throw broken(`page ${page} brings nothing new, with ${listed} of ${count} listed`);
    yield templates;
    expected = count;
    listed += templates.length;
    if (listed < expected) continue;
    // Some came twice, so that others did not come at all.
    if (seen.size < expected) throw broken(`only ${seen.size} of ${expected} templates were listed`);
    return;
  }
  throw broken(`over ${MAX_PAGES} pages`);
}

async function findZone(cloud: CloudStack, zone: string): Promise<string> {
  const { zone: zones } = await callApi(cloud, { command: "listZones", schema: zonesAnswer });
  const found = zones.find(({ id, name }) => id === zone || name?.toLowerCase() === zone.toLowerCase());
  if (found) return found.id;
  const offered = zones.map(({ id, name }) => name || id).join(", ") || "none";
  throw cloud.client.error("invalid-answer", `no such zone: ${zone}; expected one of ${cloud.client.quote(offered)}`);
}
