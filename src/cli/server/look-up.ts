import { z } from "zod";
import type { App } from "../../app.ts";
import { listBackends } from "../../record/backends.ts";
import { judgeImages } from "../../http/answering/judge-images.ts";
import { type LookedUp, lookedUp, MOST_IDS, shownJudged } from "../../http/resources/lookup.ts";
import { readScope } from "../assert-sure.ts";
import type { AskedServer } from "./ask-server.ts";

/** Tells what is known of ids, any number of them, in their order. */
export type LookUp = (ids: readonly string[]) => Promise<LookedUp[]>;

/** Asks the server, as many ids at a time as it takes. */
export function lookUpAt(server: AskedServer): LookUp {
  return inParts(async (ids) => {
    return z.array(lookedUp).parse(await server.read("/images/lookup", { ids, regions: true }));
  });
}

/** Asks the catalogue. */
export function lookUpIn(app: App): LookUp {
  return inParts(async (ids) => {
    const scope = readScope(app, listBackends(app.catalogue), true);
    const question = { catalogue: app.catalogue, scope, ids, wantsCounterparts: true, now: app.registrar.now() };
    return (await judgeImages(question)).map(shownJudged);
  });
}

function inParts(lookUp: LookUp): LookUp {
  return async (ids) => {
    const found: LookedUp[] = [];
    for (let at = 0; at < ids.length; at += MOST_IDS) found.push(...(await lookUp(ids.slice(at, at + MOST_IDS))));
    return found;
  };
}
