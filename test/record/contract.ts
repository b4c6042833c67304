import { beforeEach, describe, expect, test } from "vitest";
import { listAccessTokens } from "../../src/record/access-tokens.ts";
import { provenAccount } from "../../src/record/accounts.ts";
import { askedTerm } from "../../src/record/asked-terms.ts";
import { getBackend, listBackends, type NewBackend, readSecrets } from "../../src/record/backends.ts";
import type { Record } from "../../src/record/record.ts";
import { type Run, runsWithIds, runUnderWay } from "../../src/record/runs.ts";
import { readAbsent } from "../../src/record/shrunk-listings.ts";
import { getSource, sourcesOf } from "../../src/record/sources.ts";
import { starredIds } from "../../src/record/stars.ts";
import { listDeliveries, type NewDelivery, pendingDelivery } from "../../src/record/webhook-deliveries.ts";
import { findWebhook, listWebhooks, readWebhookSecret } from "../../src/record/webhooks.ts";
import type { Catalogue } from "../../src/catalogue/file/open-catalogue.ts";
import { createSecretBox } from "../../src/catalogue/file/secret-box.ts";
import { BadRequestError, NotFoundError, UnknownBackendError } from "../../src/errors.ts";
import { NOW } from "../catalogue/seed.ts";

/** A record that is empty, and what its writes are read from. */
export interface RecordHouse {
  readonly record: Record;
  readonly catalogue: Catalogue;
}

const LATER = "2026-11-01T13:00:00.000Z";
const box = createSecretBox("a passphrase of the tests, long enough to be one");
const PLACES = [
  { key: "ec2 one public", scope: "public" as const },
  { key: "ec2 one own", scope: "own" as const },
];
const BACKEND: NewBackend = {
  id: "one",
  title: "One",
  provider: "ec2",
  region: "eu-west-1",
  apiurl: null,
  tenantName: null,
  roleArn: null,
  externalId: null,
  profile: null,
  interface: null,
  caCert: null,
  enabled: true,
  pollInterval: 3600,
  createdAt: NOW,
  changedAt: null,
  apikey: "key",
  apisecret: null,
};
const TOKEN = {
  id: "ci",
  hash: "ab".repeat(32),
  scope: "read",
  backends: ["one"],
  createdAt: NOW,
  expiresAt: null,
} as const;
const WEBHOOK = { id: "wh", backendId: "one", url: "https://example.org/", search: "{}", kinds: "[]", createdAt: NOW };
const INTERRUPTED = { state: "failed", code: "interrupted", error: "interrupted" } as const;

/** What any record promises: a write that resolved is read from the catalogue, and one that rejected left no trace. */
export function describeRecord(name: string, open: () => Promise<RecordHouse>): void {
  describe(name, () => {
    let record: Record;
    let catalogue: Catalogue;
    beforeEach(async () => {
      ({ record, catalogue } = await open());
      await record.saveBackend(BACKEND, PLACES, { box, now: NOW });
    });
    const sourceId = (at = 0): number => sourcesOf(catalogue, "one")[at]?.id ?? 0;
    const queue = (at = 0): Promise<number> =>
      record.queueRun({ sourceId: sourceId(at), kind: "full", now: NOW, interrupted: INTERRUPTED });
    const run = (id: number): Run | undefined => runsWithIds(catalogue, [id])[0];

    test("stores a backend with its secrets sealed and its sources in order", () => {
      const { id, title, hasCredentials, starsRevision } = getBackend(catalogue, "one");
      expect({ id, title, hasCredentials, starsRevision }).toEqual({
        id: "one",
        title: "One",
        hasCredentials: true,
        starsRevision: 0,
      });
      expect(readSecrets(catalogue, "one", box)).toEqual({ apikey: "key", apisecret: null });
      expect(sourcesOf(catalogue, "one").map(({ place }) => place)).toEqual(PLACES.map(({ key }) => key));
    });

    test("hides a backend's own source when its credentials change, and shares its public one", async () => {
      const before = [sourceId(0), sourceId(1)];

      await record.saveBackend({ ...BACKEND, apikey: "other" }, PLACES, { box, now: LATER });
      await record.saveBackend({ ...BACKEND, id: "two" }, PLACES, { box, now: LATER });

      expect(sourceId(0)).toBe(before[0]);
      expect(sourceId(1)).toBeGreaterThan(before[1] ?? 0);
      expect(sourcesOf(catalogue, "two")[0]?.id).toBe(before[0]);
    });

    test("never gives the id of a source again", async () => {
      const before = sourceId(1);

      await record.deleteBackend("one");
      await record.saveBackend({ ...BACKEND, id: "two" }, PLACES, { box, now: LATER });

      expect(Math.min(...sourcesOf(catalogue, "two").map(({ id }) => id))).toBeGreaterThan(before);
    });

    test("removes a backend with all that was its own", async () => {
      await record.toggleStar("one", "ami-1", NOW);
      await record.insertWebhook(WEBHOOK, "secret", box);

      await record.deleteBackend("one");

      expect([listBackends(catalogue), starredIds(catalogue, "one"), findWebhook(catalogue, "wh")]).toEqual([
        [],
        [],
        undefined,
      ]);
      await expect(record.deleteBackend("one")).rejects.toThrow(new UnknownBackendError('no backend "one"'));
    });

    test("toggles a star, and counts each change", async () => {
      expect(await record.toggleStar("one", "ami-1", NOW)).toBe(true);
      expect(await record.toggleStar("one", "ami-2", NOW)).toBe(true);
      expect(await record.toggleStar("one", "ami-1", LATER)).toBe(false);

      expect(starredIds(catalogue, "one")).toEqual(["ami-2"]);
      expect(getBackend(catalogue, "one").starsRevision).toBe(3);
    });

    test("takes writes that come at the same time, each once", async () => {
      const ids = Array.from({ length: 8 }, (_, n) => `ami-${n}`);

      const starred = await Promise.all(ids.map((id) => record.toggleStar("one", id, NOW)));

      expect(starred).toEqual(ids.map(() => true));
      expect(starredIds(catalogue, "one").toSorted()).toEqual(ids);
    });

    test("stores a token, when it was used, and that it is revoked", async () => {
      await record.insertAccessToken(TOKEN);
      await record.noteTokenUses(
        new Map([
          ["ci", LATER],
          ["gone", LATER],
        ]),
      );

      expect(listAccessTokens(catalogue)).toEqual([{ ...TOKEN, lastUsedAt: LATER }]);
      await record.deleteAccessToken("ci");
      expect(listAccessTokens(catalogue)).toEqual([]);
    });

    test("refuses a token whose id is taken or whose backend is unknown, and one that is not there", async () => {
      await record.insertAccessToken(TOKEN);

      await expect(record.insertAccessToken(TOKEN)).rejects.toThrow(
        new BadRequestError('id: a token "ci" exists already', "id"),
      );
      await expect(record.insertAccessToken({ ...TOKEN, id: "x", backends: ["nine"] })).rejects.toThrow(
        new BadRequestError('backends: no backend "nine"; backends: one', "backends"),
      );
      await expect(record.deleteAccessToken("x")).rejects.toThrow(new NotFoundError('no token "x"'));
      expect(listAccessTokens(catalogue).map(({ id }) => id)).toEqual(["ci"]);
    });

    test("stores a webhook with its secret sealed, and removes it", async () => {
      const webhook = await record.insertWebhook(WEBHOOK, "secret", box);

      expect(webhook).toMatchObject({ ...WEBHOOK, cursor: 0, disabledAt: null });
      expect(listWebhooks(catalogue, "one")).toEqual([webhook]);
      expect(readWebhookSecret(catalogue, webhook, box)).toBe("secret");
      await record.deleteWebhook("one", "wh");
      expect(listWebhooks(catalogue, "one")).toEqual([]);
      await expect(record.deleteWebhook("one", "wh")).rejects.toThrow(NotFoundError);
      await expect(record.insertWebhook({ ...WEBHOOK, backendId: "nine" }, "secret", box)).rejects.toThrow(
        NotFoundError,
      );
    });

    test("moves a webhook's cursor with what is to be sent, once", async () => {
      await record.insertWebhook(WEBHOOK, "secret", box);

      await record.advanceWebhook({ id: "wh", from: 0, to: 4 }, deliveryOf("msg-1"));
      await record.advanceWebhook({ id: "wh", from: 0, to: 5 }, deliveryOf("msg-2"));

      expect(findWebhook(catalogue, "wh")?.cursor).toBe(4);
      expect(listDeliveries(catalogue, "wh", 9).map(({ messageId, state }) => [messageId, state])).toEqual([
        ["msg-1", "pending"],
      ]);
    });

    test("notes tries, disables a webhook, and revives it with what failed", async () => {
      await record.insertWebhook(WEBHOOK, "secret", box);
      await record.advanceWebhook({ id: "wh", from: 0, to: 4 }, deliveryOf("msg-1"));
      const delivery = pendingDelivery(catalogue, "wh");
      if (!delivery) throw new Error("no delivery");

      const failed = {
        state: "failed",
        at: LATER,
        status: 500,
        error: "500",
        nextTryAt: null,
        disables: true,
      } as const;
      await record.noteTry(delivery, failed);
      expect(findWebhook(catalogue, "wh")).toMatchObject({ failingSince: LATER, lastError: "500", disabledAt: LATER });
      await record.reviveWebhook("wh", LATER);
      expect(findWebhook(catalogue, "wh")).toMatchObject({ failingSince: null, lastError: null, disabledAt: null });
      expect(pendingDelivery(catalogue, "wh")).toMatchObject({ messageId: "msg-1", attempts: 0, nextTryAt: LATER });
      await record.noteTry(delivery, { ...failed, state: "delivered", status: 200, error: null, disables: false });
      expect(listDeliveries(catalogue, "wh", 9)).toMatchObject([{ state: "delivered", lastStatus: 200, attempts: 1 }]);
    });

    test("notes a test of a webhook that is there", async () => {
      await record.insertWebhook(WEBHOOK, "secret", box);
      const about = { messageId: "msg-t", changes: 0, state: "delivered", createdAt: NOW, lastTryAt: NOW } as const;
      const sample = { ...about, webhookId: "wh", lastStatus: 204, lastError: null };

      expect(await record.insertTest(sample)).toMatchObject({ type: "webhook.test", attempts: 1, lastStatus: 204 });
      await expect(record.insertTest({ ...sample, webhookId: "x" })).rejects.toThrow(NotFoundError);
    });

    test("queues a run, ends the one that its process left, and notes how it goes on", async () => {
      const [first, second] = [await queue(), await queue()];

      expect(second).toBeGreaterThan(first);
      expect(run(first)).toMatchObject({ ...INTERRUPTED, finishedAt: NOW });
      expect(runUnderWay(catalogue, sourceId())?.id).toBe(second);
      await record.updateRun(second, { state: "running", listed: 7 });
      await record.moveRun(second, sourceId(1));
      expect(run(second)).toMatchObject({ state: "running", listed: 7, sourceId: sourceId(1) });
    });

    test("ends a run, and keeps 500 of its source and kind", async () => {
      const ids: number[] = [];
      for (let n = 0; n < 3; n++) ids.push(await queue());
      const id = ids.at(-1) ?? 0;
      const progress = { state: "failed", code: "timeout", error: "too late", finishedAt: LATER } as const;

      await record.endRun({ id, sourceId: sourceId(), kind: "full", progress, forgotten: undefined });

      expect(run(id)).toMatchObject(progress);
      expect(runsWithIds(catalogue, ids)).toHaveLength(3);
    });

    test("notes what a find asked for and found, and forgets it with the run that left it out", async () => {
      const find = { sourceId: sourceId(), kind: "find", now: NOW, term: "grafana", interrupted: INTERRUPTED } as const;
      const id = await record.queueRun(find);
      await record.noteFound(sourceId(), "grafana", 12);
      const asked = askedTerm(catalogue, sourceId(), "grafana");
      expect(asked).toMatchObject({ askedAt: NOW, found: 12 });

      const forgotten = { terms: asked ? [asked] : [], now: LATER };
      await record.endRun({ id, sourceId: sourceId(), kind: "full", progress: { state: "complete" }, forgotten });

      expect(askedTerm(catalogue, sourceId(), "grafana")).toBeUndefined();
    });

    test("notes a shrunken listing", async () => {
      await record.noteShrunkListing(sourceId(), { count: 1, since: NOW }, []);

      expect(getSource(catalogue, sourceId())).toMatchObject({ shrunkListings: 1, shrunkSince: NOW });
      expect(readAbsent(catalogue, sourceId())).toEqual(new Set());
    });

    test("binds a backend to the account that its cloud named, unless it was changed meanwhile", async () => {
      const wanted = PLACES.map(({ key: place, scope }) => ({
        place,
        scope,
        account: scope === "own" ? "1234" : null,
      }));
      const { credentials } = catalogue.sqlite.prepare("SELECT credentials FROM backends").get() as {
        credentials: string;
      };
      const binding = { backend: BACKEND, credentials, sourceId: sourceId(1), wanted, now: NOW };
      await record.noteAccount(credentials, "1234", NOW);

      const bound = await record.bindProven(binding);

      expect(bound).toEqual([sourceId(0), sourceId(1)]);
      expect(getSource(catalogue, sourceId(1)).account).toBe("1234");
      expect(provenAccount(catalogue, credentials)).toBe("1234");
      expect(await record.bindProven({ ...binding, credentials: "others" })).toBeUndefined();
    });

    test("gives up views that were hidden for more than 7 days", async () => {
      const held = (): unknown => catalogue.sqlite.prepare("SELECT count(*) FROM held_views").pluck().get();
      const credentials = catalogue.sqlite.prepare("SELECT credentials FROM backends").pluck().get() as string;
      const wanted = PLACES.map(({ key: place, scope }) => ({
        place,
        scope,
        account: scope === "own" ? "1234" : null,
      }));
      await record.bindProven({ backend: BACKEND, credentials, sourceId: sourceId(1), wanted, now: NOW });
      // A view that was never listed is not held.
      catalogue.sqlite.exec("UPDATE sources SET revision = 1");
      await record.saveBackend({ ...BACKEND, apikey: "other" }, PLACES, { box, now: NOW });
      expect(held()).toBe(1);

      await record.expireHeldViews("2026-11-08T11:59:59.000Z");
      expect(held()).toBe(1);
      await record.expireHeldViews("2026-11-08T12:00:01.000Z");
      expect(held()).toBe(0);
    });
  });
}

function deliveryOf(messageId: string): NewDelivery {
  return { messageId, runId: null, afterChange: 0, untilChange: 4, changes: 1, createdAt: NOW, body: "{}" };
}
