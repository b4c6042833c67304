import { z } from "zod";
import type { BearerSession } from "../transport/auth/bearer-session.ts";
import type { JsonClient } from "../transport/http/json-client.ts";
import { isStatus } from "../transport/http/judge-status.ts";
import { type PageTrail, resolveNext } from "../transport/paging/page-trail.ts";
import { readAnswer } from "../transport/reading/read-answer.ts";
import type { StepResult, Step } from "../transport/paging/walk.ts";

/** A Resource Manager (ARM), signed in to, as one listing sees it. */
export interface Arm {
  readonly client: JsonClient;
  readonly session: BearerSession;
  readonly trail: PageTrail;
  readonly apiurl: string;
  readonly subscription: string;
  /** As the API names it: `westeurope`. */
  readonly location: string;
}

/** Versions of the API that all public clouds have. */
const IMAGES_VERSION = "2024-07-01";
const GALLERIES_VERSION = "2024-03-03";

/** An address below `path`, which begins with a slash and whose variable parts are encoded. */
export function armUrl(arm: Arm, path: string, query: { readonly [name: string]: string } = {}): URL {
  const url = new URL(arm.apiurl + path);
  const version = /\/(shared|community)?galleries(\/|$)/i.test(path) ? GALLERIES_VERSION : IMAGES_VERSION;
  url.search = new URLSearchParams({ "api-version": version, ...query }).toString();
  return url;
}

/** What belongs to the subscription. */
export function inSubscription(arm: Arm, path: string): string {
  return `/subscriptions/${encodeURIComponent(arm.subscription)}/providers/Microsoft.Compute${path}`;
}

/** What the subscription sees in its location. */
export function inLocation(arm: Arm, path: string): string {
  return inSubscription(arm, `/locations/${encodeURIComponent(arm.location)}${path}`);
}

const bareList = z.array(z.unknown());
const pagedList = z.object({ value: z.array(z.unknown()), nextLink: z.string().nullish() });

/**
 * Reads a list that comes whole, and with `nextLink` in parts, and hands each part's items to `visit`. What is not
 * there any more when its turn comes has no items.
 */
export function listStep(arm: Arm, url: URL, visit: (items: readonly unknown[]) => StepResult): Step {
  return async () => {
    const { client, session, trail } = arm;
    trail.step(url.href);
    const what = `GET ${url.origin}${url.pathname}`;
    let body;
    try {
      ({ body } = await session.send({ url }));
    } catch (error) {
      if (isStatus(error, 404) && !isRoot(arm, url)) return {};
      throw error;
    }
    if (Array.isArray(body)) return visit(readAnswer(bareList, body, { client, what }));
    const { value, nextLink } = readAnswer(pagedList, body, { client, what });
    const found = visit(value);
    if (!nextLink) return found;
    const following = listStep(arm, resolveNext(nextLink, url, client), visit);
    return { ...found, next: [...(found.next ?? []), following] };
  };
}

/** A list that every subscription has: without it something else is wrong, such as the address. */
function isRoot(arm: Arm, { pathname }: URL): boolean {
  return (
    ["/images", "/galleries"].some((path) => pathname.endsWith(inSubscription(arm, path))) ||
    pathname.endsWith(inLocation(arm, "/publishers"))
  );
}

const named = z.object({ name: z.string().min(1) });

/** The items' names; throws a ProviderError for one without, since what is below it would be lost. */
export function readNames(arm: Arm, items: readonly unknown[], what: string): string[] {
  return readAnswer(z.array(named), items, { client: arm.client, what }).map(({ name }) => name);
}

/** Locations are written `West Europe` and `westeurope`. */
export function locationName(text: string): string {
  return text.toLowerCase().replaceAll(" ", "");
}
