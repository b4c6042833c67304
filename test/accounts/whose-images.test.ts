import { readFileSync, rmSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type App, createApp, type RunningServer, serve } from "../../src/app.ts";
import { exportCatalogue } from "../../src/catalogue/transfer/export-catalogue.ts";
import { openTemporaryCatalogue } from "../catalogue/seed.ts";
import { startWebhookReceiver, type WebhookReceiver } from "../fakes/webhook-receiver.ts";
import { ask, type Answer, settingsOf } from "../http/start-server.ts";
import { histories } from "../histories.ts";
import { createLog } from "../../src/log.ts";
import {
  type Account,
  type AccountClouds,
  ACCOUNTS,
  accountsIn,
  imageId,
  startAccountClouds,
} from "./account-clouds.ts";

/*
 * Histories of backends that are added, given other accounts, keys and regions, removed and made again, synced and restarted,
 * beside a model of who may see what. After every step every route is asked, and no answer may tell of an account that the
 * backend was not listed with since it was last changed.
 */

type Cloud = "sky" | "ec2";
const BACKENDS = ["x", "y"] as const;
const REGIONS = ["region-a", "region-b"];

type Step =
  | { kind: "put"; backend: string; cloud: Cloud; account: Account; key: number; region: string }
  | { kind: "title" | "remove" | "sync" | "star"; backend: string }
  | { kind: "restart" }
  | { kind: "upgrade" }
  | { kind: "cloud"; account: Account; n: number };

const backend = fc.constantFrom(...BACKENDS);
const account = fc.constantFrom(...ACCOUNTS);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("put" as const),
      backend,
      cloud: fc.constantFrom<Cloud>("sky", "ec2"),
      account,
      key: fc.integer({ min: 1, max: 2 }),
      region: fc.constantFrom(...REGIONS),
    }),
  },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant("sync" as const), backend }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constantFrom("title" as const, "remove" as const, "star" as const), backend }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom("restart" as const, "upgrade" as const) }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant("cloud" as const), account, n: fc.integer({ min: 1, max: 4 }) }),
  },
);

/** What is known of a backend. */
interface Known {
  cloud: Cloud;
  account: Account;
  key: number;
  region: string;
  /** Whether it was listed since it was last given other credentials or another region. */
  isListed: boolean;
}

test("no answer tells of an account that the backend does not have", async () => {
  await using clouds = await startAccountClouds();
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 6, maxLength: 14 }), async (steps) => {
      await using house = await openHouse(clouds);
      for (const each of steps) {
        await house.take(each);
        await house.check();
      }
      await house.checkFile();
    }),
    { ...histories(5), endOnFailure: true },
  );
});

interface House extends AsyncDisposable {
  take(step: Step): Promise<void>;
  check(): Promise<void>;
  checkFile(): Promise<void>;
}

async function openHouse(clouds: AccountClouds): Promise<House> {
  const file = openTemporaryCatalogue();
  const receiver = await startWebhookReceiver();
  const config = settingsOf({ database: file.file });
  const log = createLog("silent");
  const known = new Map<string, Known>();
  let app: App = createApp(config, log);
  let server: RunningServer = await serve(app, config, log);
  const close = async (): Promise<void> => {
    await server[Symbol.asyncDispose]();
    await app[Symbol.asyncDispose]();
  };
  const send = async (method: string, path: string, body?: unknown): Promise<Answer> =>
    ask(server.url, path, { method, ...(body !== undefined && { body: JSON.stringify(body) }) });

  return {
    async take(each) {
      if (each.kind === "cloud") {
        const images = clouds.images[each.account];
        return void (images.has(each.n) && images.size > 1 ? images.delete(each.n) : images.add(each.n));
      }
      if (each.kind === "restart" || each.kind === "upgrade") {
        await close();
        // As a file is that an older release derived otherwise.
        if (each.kind === "upgrade") file.sqlite.exec("UPDATE sources SET facts_format = 0, index_format = 0");
        app = createApp(config, log);
        server = await serve(app, config, log);
        return;
      }
      const { backend: id } = each;
      const before = known.get(id);
      if (each.kind === "put") {
        const { cloud, account, key, region } = each;
        // A field that a provider does not use is refused: another provider is another backend.
        if (before && before.cloud !== cloud) await send("DELETE", `/backends/${id}`);
        const fields = { ...clouds.fields(cloud, account, key, region), enabled: false };
        const isNew = before?.cloud !== cloud;
        const answer = isNew
          ? await send("POST", "/backends", { id, ...fields })
          : await send("PUT", `/backends/${id}`, fields);
        expect(answer.status, answer.text).toBe(isNew ? 201 : 200);
        if (isNew) await send("POST", `/backends/${id}/webhooks`, { url: receiver.url, search_term: "zq" });
        const isSame =
          !isNew && before.account === account && before.key === key && (cloud === "sky" || before.region === region);
        known.set(id, { cloud, account, key, region, isListed: isSame && before.isListed });
      } else if (!before) return;
      else if (each.kind === "title") await send("PUT", `/backends/${id}`, { title: `title ${Math.random()}` });
      else if (each.kind === "star")
        await send("POST", `/backends/${id}/images/${imageId(before.cloud, before.account, 1, before.region)}`);
      else if (each.kind === "remove") {
        expect((await send("DELETE", `/backends/${id}`)).status).toBe(204);
        known.delete(id);
      } else {
        await send("PUT", `/backends/${id}`, { enabled: true });
        const { json } = await send("POST", `/backends/${id}/sync`);
        const runs: readonly { id: number }[] = json;
        for (const run of runs) await app.sync.finished(run.id);
        await send("PUT", `/backends/${id}`, { enabled: false });
        before.isListed = true;
        await expectWhole(before, id);
      }
    },
    async check() {
      for (const id of BACKENDS) await checkBackend(id, known.get(id));
      const allowed = [...known.values()].filter(({ isListed }) => isListed).map(({ account }) => account);
      for (const path of ["/images?search_term=zq", "/images?retired=true", "/facets", "/metrics", "/backends"])
        expectOnly(await send("GET", path), allowed, path);
      for (const { cloud, account, region } of allImages())
        for (const n of clouds.images[account]) {
          const path = `/images/${imageId(cloud, account, n, region)}/regions`;
          const answer = await send("GET", path);
          expectOnly(answer, allowed, path);
          const shows = [...known.values()].some(
            (each) =>
              each.isListed &&
              each.cloud === cloud &&
              each.account === account &&
              (cloud === "sky" || each.region === region),
          );
          if (!shows) expect(answer.status, path).not.toBe(200);
        }
    },
    async checkFile() {
      await server[Symbol.asyncDispose]();
      const target = `${file.file}.export`;
      try {
        exportCatalogue(app.catalogue, target, { now: () => new Date().toISOString() });
        const allowed = [...known.values()].filter(({ isListed }) => isListed).map(({ account }) => account);
        expect(accountsIn(readFileSync(target, "latin1")).filter((each) => !allowed.includes(each))).toEqual([]);
      } finally {
        rmSync(target, { force: true });
        server = await serve(app, config, log);
      }
    },
    async [Symbol.asyncDispose]() {
      await close();
      expectDelivered(receiver, known);
      await receiver[Symbol.asyncDispose]();
      file[Symbol.dispose]();
    },
  };

  /** After a listing a backend shows all of its account, and nothing else. */
  async function expectWhole({ cloud, account, region }: Known, id: string): Promise<void> {
    const answer = await send("GET", `/backends/${id}/images`);
    const ids = answer.json.map((image: { id: string }) => image.id).toSorted();
    const own = [...clouds.images[account]].map((n) => imageId(cloud, account, n, region));
    expect(answer.headers["x-catalogue-state"]).toBe("complete");
    expect(ids).toEqual([cloud === "sky" ? "9001" : "ami-base", ...own].toSorted());
  }

  async function checkBackend(id: string, state: Known | undefined): Promise<void> {
    const allowed = state?.isListed ? [state.account] : [];
    const base = `/backends/${id}`;
    const paths = [
      "/images",
      "/images?partial=true",
      "/images?search_term=zq&limit=5",
      "/images?search_term=zqappel&limit=5",
      "/images?retired=true",
      "/facets",
      "/suggestions?search_term=zq",
      "/changes",
      "/changes.atom",
      "/webhooks",
      "/syncs",
      "",
    ];
    for (const path of paths) expectOnly(await send("GET", base + path), allowed, base + path);
    for (const { cloud, account, region } of allImages()) {
      const path = `${base}/images/${imageId(cloud, account, 1, region)}`;
      const answer = await send("GET", path);
      expectOnly(answer, allowed, path);
    }
  }
}

function allImages(): { cloud: Cloud; account: Account; region: string }[] {
  return ACCOUNTS.flatMap((account) => [
    { cloud: "sky" as const, account, region: "" },
    ...REGIONS.map((region) => ({ cloud: "ec2" as const, account, region })),
  ]);
}

function expectOnly(answer: Answer, allowed: readonly Account[], path: string): void {
  const told = accountsIn(answer.text + JSON.stringify(answer.headers));
  expect({ path, told: told.filter((each) => !allowed.includes(each)) }).toEqual({ path, told: [] });
}

/** Every message told of one account at most: the one that its backend had. */
function expectDelivered({ received }: WebhookReceiver, _known: ReadonlyMap<string, Known>): void {
  for (const { body } of received) expect(accountsIn(body).length).toBeLessThanOrEqual(1);
}
