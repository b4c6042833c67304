import { expect, test } from "vitest";
import { createApp } from "../../src/app.ts";
import { getBackend } from "../../src/record/backends.ts";
import { createLog } from "../../src/log.ts";
import { addBackend } from "../../src/sync/register-backend.ts";
import { openTemporaryCatalogue } from "../catalogue/seed.ts";
import { ami, awsFile, ROOT, startFakeStreams } from "../fakes/simplestreams.ts";
import { settingsOf } from "../http/start-server.ts";

test("the sync thread ends when there is nothing to do; the next one knows what it listed", async () => {
  await using streams = await startFakeStreams();
  streams.hasETags = true;
  streams.publish("one", awsFile({ a: ami(1) }));
  using file = openTemporaryCatalogue();
  const ends = createQueue();
  const log = createLog("debug", (line) => line.includes("sync thread ended: nothing to do") && ends.put());
  await using app = createApp(settingsOf({ database: file.file }), log, { idleMs: 0 });
  await addBackend(app.registrar, { id: "b", provider: "simplestreams", apiurl: streams.url + ROOT });
  const sync = async (): Promise<void> => {
    for (const { id } of (await app.sync.start(getBackend(app.catalogue, "b"))).runs) await app.sync.finished(id);
  };

  await sync();
  await ends.next();
  const asked = streams.requests.length;
  await sync();
  await ends.next();

  const again = streams.requests.slice(asked);
  expect(again.length).toBeGreaterThan(0);
  expect(again.filter(({ headers }) => headers["if-none-match"] === undefined)).toEqual([]);
});

/** Events that may be waited for before or after they happen. */
function createQueue(): { put(): void; next(): Promise<void> } {
  let count = 0;
  let wake = (): void => {};
  return {
    put() {
      count++;
      wake();
    },
    async next() {
      while (count === 0) await new Promise<void>((resolve) => (wake = resolve));
      count--;
    },
  };
}
