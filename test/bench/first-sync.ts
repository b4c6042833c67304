import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";
import type { SpawnedEndpoint } from "../../src/demo/ec2/spawn-endpoint.ts";

/** How often a sync is looked at. */
const LOOK_MS = 200;

const runs = z.array(z.object({ state: z.string(), listed: z.number(), error: z.string().nullable() }));

/** What the first sync of a backend brought, and how long it took. */
export interface FirstSync {
  readonly listed: number;
  readonly seconds: number;
}

/** Adds a backend to a server, which syncs it at once, and calls `look` again and again until its syncs are done. */
export async function syncFirst(
  url: string,
  { region, ...endpoint }: SpawnedEndpoint & { readonly region: string },
  look: () => void = () => undefined,
): Promise<FirstSync> {
  const { url: apiurl, accessKeyId: apikey, secretAccessKey: apisecret } = endpoint;
  const backend = { id: "first", title: "first", provider: "ec2", region, apiurl, apikey, apisecret };
  const startedAt = performance.now();
  await ask(`${url}/backends`, { method: "POST", body: JSON.stringify(backend), headers: JSON_TYPE });
  for (;;) {
    await delay(LOOK_MS);
    look();
    const all = runs.parse(await ask(`${url}/backends/first/syncs`));
    const failed = all.find(({ state }) => state === "failed" || state === "refused");
    if (failed) throw new Error(`the sync failed: ${failed.error}`);
    if (all.length > 0 && all.every(({ state }) => state === "complete")) {
      const listed = all.reduce((sum, run) => sum + run.listed, 0);
      return { listed, seconds: Math.round((performance.now() - startedAt) / 1000) };
    }
  }
}

const JSON_TYPE = { "content-type": "application/json" };

async function ask(url: string, init?: RequestInit): Promise<unknown> {
  const response = await fetch(url, init);
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`);
  return response.json();
}
