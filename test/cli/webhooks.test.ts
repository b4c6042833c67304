import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { expect, test } from "vitest";
import { spawnEndpoint } from "../../src/demo/ec2/spawn-endpoint.ts";
import { isSignedWith, type Received, startWebhookReceiver } from "../fakes/webhook-receiver.ts";
import { createWorkplace, listeningUrl } from "./run-imagedex.ts";

const QUIET = { IMAGEDEX_SYNC_CRON: "0 0 1 1 *", IMAGEDEX_PROBE_INTERVAL: "0" };

test("what another process syncs is delivered, also when the server is killed between the commit and the delivery", async () => {
  await using endpoint = await spawnEndpoint({ count: "1200", region: "eu-west-1" });
  await using receiver = await startWebhookReceiver();
  using place = createWorkplace();
  const { url: apiurl, accessKeyId, secretAccessKey } = endpoint;
  const add = "backends add --id cloud --provider ec2 --region eu-west-1".split(" ");
  await place.run([...add, "--apiurl", apiurl, "--apikey", accessKeyId, "--apisecret", secretAccessKey]);
  await place.run(["sync"]);
  const first = place.start(["serve"], QUIET);
  const body = JSON.stringify({ url: receiver.url, architecture: "x86_64" });
  const made = await fetch(`${await listeningUrl(first)}/backends/cloud/webhooks`, { method: "POST", body });
  const { secret } = (await made.json()) as { secret: string };

  // Killed while the receiver holds the message: whether it arrived is not known.
  receiver.answer = () => ({ hang: true });
  await endpoint.churn({ share: 0.05, seed: 3 });
  await place.run(["sync"]);
  await receiver.until(1);
  await kill(first, "SIGKILL");
  // Committed while nobody sends.
  await endpoint.churn({ share: 0.05, seed: 4 });
  await place.run(["sync"]);
  receiver.answer = () => ({});
  const second = place.start(["serve"], QUIET);
  const changes = await fetch(`${await listeningUrl(second)}/backends/cloud/changes?architecture=x86_64&limit=1000`);
  const journal = (await changes.json()) as { changes: { id: number }[]; next: null };
  const wanted = journal.changes.map(({ id }) => id).toReversed();
  await receiver.until((received) => changeIds(received).at(-1) === wanted.at(-1));
  await kill(second, "SIGTERM");

  const [held, again] = receiver.received;
  expect(journal.next).toBeNull();
  expect(wanted.length).toBeGreaterThan(50);
  expect(again).toMatchObject({ id: held?.id, body: held?.body });
  expect(changeIds(receiver.received.slice(1))).toEqual(wanted);
  expect(receiver.received.every((message) => isSignedWith(secret, message))).toBe(true);
  expect(second.exitCode).toBe(0);
});

function changeIds(messages: readonly Received[]): number[] {
  return messages.flatMap(({ json }) => json.data.changes.map(({ id }) => id));
}

async function kill(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  child.kill(signal);
  await once(child, "exit");
}
