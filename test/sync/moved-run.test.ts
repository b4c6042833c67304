import { expect, test } from "vitest";
import { listSources, sourcesOf } from "../../src/record/sources.ts";
import type { SyncEvent } from "../../src/sync/sync-listeners.ts";
import { type FakeOpenstack, glanceImage, PASSWORD, startFakeOpenstack } from "../fakes/openstack.ts";
import { startServer, type TestServer } from "../http/start-server.ts";

/*
 * A backend that is given the credentials of an account which another backend shows already: its run is enqueued for a source
 * of its own, and ends at the account's.
 */

test("a run that ends at another source than it was enqueued for is told of as that source's", async () => {
  await using cloud = await startFakeOpenstack();
  cloud.images = [glanceImage(1), glanceImage(2), glanceImage(3)];
  await using server = await startServer();
  await addBackend(server, cloud, "lab", ADMIN);
  await addBackend(server, cloud, "other", KIM);
  const account = sourcesOf(server.app.catalogue, "other")[0];
  const heard: SyncEvent[] = [];
  using _ = server.app.sync.onChange((event) => void heard.push(event));

  await server.ask("/backends/lab", { method: "PUT", body: JSON.stringify(KIM) });
  const enqueued = sourcesOf(server.app.catalogue, "lab")[0];
  const runId = await finishSync(server, "lab");

  expect(enqueued?.id).not.toBe(account?.id);
  expect(sourcesOf(server.app.catalogue, "lab").map(({ id }) => id)).toEqual([account?.id]);
  const told = { id: runId, state: "complete", source: account?.key, listed: 3, code: null };
  for (const backend of ["lab", "other"]) {
    const { json } = await server.ask(`/backends/${backend}/syncs?limit=1`);
    expect(json).toMatchObject([told]);
  }
  const ours = heard.filter((event) => event.runId === runId);
  expect(ours.at(-1)).toMatchObject({ outcome: { outcome: "complete", listed: 3 } });
  const sources = ours.flatMap((event) => ("sourceId" in event ? event.sourceId : []));
  expect(new Set(sources)).toEqual(new Set([account?.id]));
  expect(server.app.sync.progress(account?.id ?? 0)).toBeUndefined();
  const { headers, json: images } = await server.ask("/backends/lab/images");
  expect([images.length, headers["x-catalogue-state"]]).toEqual([3, "complete"]);
  expect((await server.ask("/backends/lab")).json).toMatchObject({ state: "complete", image_count: 3, parts: [] });
  expect(listSources(server.app.catalogue).map(({ id }) => id)).toEqual([account?.id]);
});

const ADMIN = { apikey: "admin", tenant_name: "admin" };
const KIM = { apikey: "staff/kim@example.org", tenant_name: "staff/admin" };

async function addBackend(server: TestServer, cloud: FakeOpenstack, id: string, account: typeof KIM): Promise<void> {
  const apiurl = `${cloud.url}/identity/v3`;
  const fields = { id, provider: "openstack", apiurl, apisecret: PASSWORD, ...account };
  const { status } = await server.ask("/backends", { method: "POST", body: JSON.stringify(fields) });
  expect(status).toBe(201);
  await finishSync(server, id);
}

/** Waits for the sync of a backend's one source, which it joins or starts; its run. */
async function finishSync(server: TestServer, id: string): Promise<number> {
  const { json: runs } = await server.ask(`/backends/${id}/sync`, { method: "POST" });
  expect(runs).toHaveLength(1);
  await server.app.sync.finished(runs[0].id);
  return runs[0].id;
}
