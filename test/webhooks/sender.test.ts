import type { LookupAddress } from "node:dns";
import { describe, expect, test } from "vitest";
import { createLocalRecord } from "../../src/record/record.ts";
import { bindSources } from "../../src/record/bindings.ts";
import { openCatalogue } from "../../src/catalogue/file/open-catalogue.ts";
import { sourcesOf } from "../../src/record/sources.ts";
import { write } from "../../src/catalogue/file/write.ts";
import type { Resolve } from "../../src/providers/transport/http/guard-address.ts";
import { findNextDelivery } from "../../src/webhooks/next-delivery.ts";
import { commitImages, image, NOW, seedBackend } from "../catalogue/seed.ts";
import { imageIds, isSignedWith, type ReceiverAnswer, startWebhookReceiver } from "../fakes/webhook-receiver.ts";
import { FIRST, openHouse } from "./webhook-house.ts";

const HOUR = 3_600_000;
const many = (count: number, name = "ubuntu"): ReturnType<typeof image>[] =>
  Array.from({ length: count }, (_, n) => image(`ami-${String(n).padStart(5, "0")}`, { name: `${name} ${n}` }));

describe("what is sent", () => {
  test("tells of what was committed since the webhook was made, and of nothing before", async () => {
    await using receiver = await startWebhookReceiver();
    await using house = await openHouse();
    house.list([image("ami-before")]);
    const { webhook, secret } = await house.add(receiver.url);

    await house.sender.look();
    house.list([image("ami-new", { extra: { state: "available" } })]);
    await house.sender.look();

    expect(receiver.received.map(({ json }) => json)).toEqual([
      {
        type: "images.changed",
        timestamp: new Date(house.time).toISOString(),
        data: {
          webhook_id: webhook.id,
          backend: { id: "one", title: "one" },
          run: { id: 3, source: "ec2 one public", kind: "full", started_at: new Date(house.time).toISOString() },
          changes: [
            expect.objectContaining({
              kind: "added",
              fields: null,
              image: { id: "ami-new", name: "image ami-new", extra: { state: "available" } },
              trust: "community",
            }),
            expect.objectContaining({ kind: "retired", image: expect.objectContaining({ id: "ami-before" }) }),
          ],
        },
      },
    ]);
    expect(receiver.received.every((message) => isSignedWith(secret, message))).toBe(true);
    expect(house.deliveries(webhook.id)).toMatchObject([{ state: "delivered", attempts: 1, changes: 2 }]);
  });

  test("is what the search finds, of the kinds that were asked for", async () => {
    await using receiver = await startWebhookReceiver();
    await using house = await openHouse();
    const query = { term: "ubuntu", architecture: "arm64" };
    await house.add(receiver.url, { query, kinds: ["added"] });

    const wanted = image("ami-2", { name: "ubuntu", architecture: "arm64" });
    house.list([image("ami-1", { name: "ubuntu" }), wanted, image("ami-3", { name: "debian", architecture: "arm64" })]);
    house.list([{ ...wanted, description: "changed" }]);
    await house.sender.look();

    expect(imageIds(receiver.received)).toEqual(["ami-2"]);
  });

  test("comes in deliveries of a thousand, in order, and of one run each", async () => {
    await using receiver = await startWebhookReceiver();
    await using house = await openHouse();
    await house.add(receiver.url);

    const images = many(2_300);
    house.list(images);
    house.list([...images, image("ami-zz")]);
    await house.sender.look();

    expect(receiver.received.map(({ json }) => json.data.changes.length)).toEqual([1000, 1000, 300, 1]);
    expect(receiver.received.map(({ json }) => json.data.run?.id)).toEqual([2, 2, 2, 3]);
    expect(imageIds(receiver.received)).toEqual([...images.map(({ id }) => id), "ami-zz"]);
    expect(receiver.atOnce.most).toBe(1);
  });

  test("is bounded in length", async () => {
    await using receiver = await startWebhookReceiver();
    await using house = await openHouse();
    await house.add(receiver.url);

    house.list(many(7).map((each) => ({ ...each, extra: { text: "x".repeat(300_000) } })));
    await house.sender.look();

    expect(receiver.received.map(({ json }) => json.data.changes.length)).toEqual([3, 3, 1]);
  });

  test("is of the backend's own sources, both of them, and of no other backend's", async () => {
    await using receiver = await startWebhookReceiver();
    await using house = await openHouse();
    await seedBackend(house.catalogue, "one", [
      { key: "ec2 own one", scope: "own" },
      { key: "ec2 one public", scope: "public" },
    ]);
    const other = await seedBackend(house.catalogue, "other", [{ key: "ec2 own other", scope: "own" }]);
    await house.add(receiver.url);

    for (const backend of [house.backend, other]) {
      for (const images of [[image("ami-0")], [image("ami-0"), image(`ami-of-${backend.id}`)]])
        commitImages(house.catalogue, backend, images);
    }
    commitImages(house.catalogue, house.backend, [FIRST, image("ami-public")], { at: 1 });
    await house.sender.look();

    expect(imageIds(receiver.received)).toEqual(["ami-of-one", "ami-public"]);
  });

  test("does not hold what the backend shows no more", async () => {
    await using receiver = await startWebhookReceiver();
    await using house = await openHouse();
    const own = { key: "ec2 own", scope: "own" as const };
    const backend = await seedBackend(house.catalogue, "one", [own, { key: "ec2 one public", scope: "public" }]);
    const { webhook } = await house.add(receiver.url);
    receiver.answer = () => ({ status: 500 });
    commitImages(house.catalogue, backend, [image("ami-0")]);
    commitImages(house.catalogue, backend, [image("ami-0"), image("ami-own")]);
    await house.sender.look();
    commitImages(house.catalogue, backend, [FIRST, image("ami-public")], { at: 1 });
    const late = await findNextDelivery(house.catalogue, house.webhook(webhook.id), NOW);
    commitImages(house.catalogue, backend, [image("ami-0"), image("ami-own"), image("ami-late")]);
    const later = await findNextDelivery(house.catalogue, { ...house.webhook(webhook.id), cursor: late.cursor }, NOW);

    // The backend is given another account while a delivery waits, and another one is being made.
    const [, shared] = sourcesOf(house.catalogue, "one");
    const wanted = [
      { place: "ec2 own", scope: "own" as const, account: null },
      { place: shared?.key ?? "", scope: "public" as const, account: null },
    ];
    await write(house.catalogue, () =>
      bindSources(house.catalogue, { id: "one", provider: "ec2", credentials: "others" }, wanted, NOW),
    );
    const { cursor } = house.webhook(webhook.id);
    await createLocalRecord(house.catalogue).advanceWebhook(
      { id: webhook.id, from: cursor, to: later.cursor },
      later.delivery,
    );
    receiver.answer = () => ({});
    receiver.received.length = 0;
    await house.sender.look();

    expect(later.delivery?.body).toContain("ami-late");
    expect(imageIds(receiver.received)).toEqual(["ami-public"]);
  });

  test("does not hold what a source had before the backend came to show it", async () => {
    await using receiver = await startWebhookReceiver();
    await using house = await openHouse();
    await house.add(receiver.url);
    const neighbour = await seedBackend(house.catalogue, "neighbour");
    commitImages(house.catalogue, neighbour, [FIRST]);
    commitImages(house.catalogue, neighbour, [FIRST, image("ami-old")]);
    await house.sender.look();

    await seedBackend(house.catalogue, "one", [{ key: "ec2 neighbour public", scope: "public" }]);
    commitImages(house.catalogue, neighbour, [FIRST, image("ami-old"), image("ami-young")]);
    await house.sender.look();

    expect(imageIds(receiver.received)).toEqual(["ami-young"]);
  });
});

describe("a try that fails", () => {
  test.each<[string, ReceiverAnswer, number | null, RegExp]>([
    ["500", { status: 500 }, 500, /^answered 500$/],
    ["404", { status: 404 }, 404, /^answered 404$/],
    ["a reset", { reset: true }, null, /^POST http:\/\/127\.0\.0\.1:\d+: .*(ECONNRESET|UND_ERR_SOCKET)/],
    ["silence", { hang: true }, null, /^POST http:\/\/127\.0\.0\.1:\d+: .*time-?out/i],
    ["a redirect", { status: 307, headers: { location: "/elsewhere" } }, 307, /a redirect, which is not followed/],
  ])("by %s is repeated with the same id and body, and a new time", async (_how, answer, status, error) => {
    await using receiver = await startWebhookReceiver();
    // Only silence is to be cut short.
    await using house = await openHouse({ timeoutMs: "hang" in answer ? 300 : 60_000 });
    const { webhook, secret } = await house.add(`${receiver.url}/secret-path?token=7`);
    receiver.answer = () => answer;
    house.list([image("ami-new")]);

    await house.sender.look();
    const afterFailure = house.deliveries(webhook.id);
    const failing = house.webhook(webhook.id);
    receiver.answer = () => ({});
    const waited = await house.nextTry(webhook.id);

    expect(afterFailure).toMatchObject([{ state: "pending", attempts: 1, lastStatus: status }]);
    expect(afterFailure[0]?.lastError).toMatch(error);
    expect(afterFailure[0]?.lastError).not.toContain("secret-path");
    expect(failing).toMatchObject({ failingSince: expect.any(String), lastError: afterFailure[0]?.lastError });
    expect(waited).toBe(5_000);
    const [first, second] = receiver.received;
    expect(receiver.received).toHaveLength(2);
    expect([second?.id, second?.body]).toEqual([first?.id, first?.body]);
    expect((second?.timestamp ?? 0) - (first?.timestamp ?? 0)).toBe(5);
    expect(receiver.received.every((message) => isSignedWith(secret, message))).toBe(true);
    expect(house.webhook(webhook.id)).toMatchObject({ failingSince: null, lastError: null });
    expect(house.deliveries(webhook.id)).toMatchObject([{ state: "delivered", attempts: 2, lastError: null }]);
  });

  test("is not repeated before Retry-After, nor later than a day", async () => {
    await using receiver = await startWebhookReceiver();
    await using house = await openHouse();
    const { webhook } = await house.add(receiver.url);
    const waits = [120, 10_000_000];
    receiver.answer = () => ({ status: 503, headers: { "retry-after": String(waits.shift() ?? 1) } });
    house.list([image("ami-new")]);

    await house.sender.look();

    expect([await house.nextTry(webhook.id), await house.nextTry(webhook.id)]).toEqual([120_000, 24 * HOUR]);
  });

  test("is repeated at once when the clock was set back: how long ago the last try was is not known", async () => {
    await using receiver = await startWebhookReceiver();
    await using house = await openHouse();
    const { webhook } = await house.add(receiver.url);
    receiver.answer = () => ({ status: 503 });
    house.list([image("ami-new")]);
    await house.sender.look();

    house.time -= 24 * HOUR;
    receiver.answer = () => ({});
    await house.sender.look();

    expect(house.deliveries(webhook.id)).toMatchObject([{ state: "delivered", attempts: 2 }]);
  });

  test("does not hold up the changes of other webhooks, and what comes meanwhile waits its turn", async () => {
    await using down = await startWebhookReceiver();
    await using up = await startWebhookReceiver();
    await using house = await openHouse();
    const { webhook } = await house.add(down.url);
    await house.add(up.url);
    down.answer = () => ({ status: 500 });

    house.list([image("ami-1")]);
    await house.sender.look();
    house.list([image("ami-1"), image("ami-2")]);
    await house.sender.look();
    down.answer = () => ({});
    await house.nextTry(webhook.id);

    expect(imageIds(up.received)).toEqual(["ami-1", "ami-2"]);
    expect(imageIds(down.received)).toEqual(["ami-1", "ami-1", "ami-2"]);
  });

  test("is given up after sixteen within about a day; what follows is sent, and success resets", async () => {
    await using receiver = await startWebhookReceiver();
    await using house = await openHouse({ random: () => 0.5 });
    const { webhook } = await house.add(receiver.url);
    receiver.answer = ({ json }) => ({ status: json.data.changes[0]?.image.id === "ami-poison" ? 400 : 204 });
    house.list([image("ami-poison")]);
    const start = house.time;

    await house.sender.look();
    for (let tries = 1; tries < 16; tries++) await house.nextTry(webhook.id);
    const given = house.deliveries(webhook.id);
    const hours = (house.time - start) / HOUR;
    house.list([image("ami-poison"), image("ami-next")]);
    await house.sender.look();

    expect(given).toMatchObject([{ state: "failed", attempts: 16, lastError: "answered 400", nextTryAt: null }]);
    expect(hours).toBeGreaterThan(18);
    expect(hours).toBeLessThan(26);
    expect(imageIds(receiver.received.slice(16))).toEqual(["ami-next"]);
    expect(house.deliveries(webhook.id)).toMatchObject([{ state: "delivered" }, { state: "failed" }]);
    expect(house.webhook(webhook.id)).toMatchObject({ failingSince: null, disabledAt: null });
  });

  test("disables the webhook when none has succeeded for three days; a test that arrives sends all that failed", async () => {
    await using receiver = await startWebhookReceiver();
    await using house = await openHouse();
    const { webhook, secret } = await house.add(receiver.url);
    receiver.answer = () => ({ status: 500 });
    const start = house.time;
    const images = many(8);

    for (let day = 0; day < 8 && house.webhook(webhook.id).disabledAt === null; day++) {
      house.list(images.slice(0, day + 1));
      await house.sender.look();
      while (
        house.deliveries(webhook.id).some(({ state }) => state === "pending") &&
        !house.webhook(webhook.id).disabledAt
      )
        await house.nextTry(webhook.id);
    }
    const disabledAfter = (house.time - start) / HOUR;
    const listed = house.deliveries(webhook.id).length;
    const tried = receiver.received.length;
    house.time += 24 * HOUR;
    house.list(images);
    await house.sender.look();
    const sentWhileDisabled = receiver.received.length - tried;
    const failedTest = await house.sender.test(house.webhook(webhook.id));
    receiver.answer = () => ({});
    const arrivedTest = await house.sender.test(house.webhook(webhook.id));
    receiver.received.length = 0;
    await house.sender.look();

    expect(disabledAfter).toBeGreaterThanOrEqual(72);
    expect(disabledAfter).toBeLessThan(80);
    expect(listed).toBeGreaterThan(2);
    expect(sentWhileDisabled).toBe(0);
    expect([failedTest.state, arrivedTest.state]).toEqual(["failed", "delivered"]);
    expect(imageIds(receiver.received)).toEqual(images.map(({ id }) => id));
    expect(receiver.received.every((message) => isSignedWith(secret, message))).toBe(true);
    expect(house.webhook(webhook.id)).toMatchObject({ disabledAt: null, failingSince: null });
  });

  test("by 410 Gone disables the webhook at once", async () => {
    await using receiver = await startWebhookReceiver();
    await using house = await openHouse();
    const { webhook } = await house.add(receiver.url);
    receiver.answer = () => ({ status: 410 });

    house.list([image("ami-1")]);
    await house.sender.look();
    house.list([]);
    await house.sender.look();

    expect(receiver.received).toHaveLength(1);
    expect(house.webhook(webhook.id)).toMatchObject({
      disabledAt: expect.any(String),
      lastError: "answered 410: the receiver wants no more messages",
    });
  });

  test("because the secret does not open says so, and is repeated", async () => {
    await using receiver = await startWebhookReceiver();
    await using house = await openHouse();
    const { webhook } = await house.add(receiver.url);
    house.catalogue.sqlite.prepare("UPDATE webhooks SET sealed_secret = 'v1.AAAA.AAAA.AAAA'").run();

    house.list([image("ami-1")]);
    await house.sender.look();

    expect(receiver.received).toHaveLength(0);
    expect(house.deliveries(webhook.id)).toMatchObject([
      { state: "pending", lastError: expect.stringContaining("IMAGEDEX_SECRET_KEY") },
    ]);
  });
});

describe("addresses", () => {
  test.each<[string, LookupAddress]>([
    ["a link-local address", { address: "169.254.169.254", family: 4 }],
    ["one in IPv6", { address: "fe80::1", family: 6 }],
    ["one mapped into IPv6", { address: "::ffff:169.254.169.254", family: 6 }],
    ["the metadata service in IPv6", { address: "fd00:ec2::254", family: 6 }],
  ])("a name that leads to %s only when it is sent to is refused then", async (_what, evil) => {
    await using receiver = await startWebhookReceiver();
    const { port } = new URL(receiver.url);
    let leadsTo: LookupAddress = { address: "127.0.0.1", family: 4 };
    const resolve: Resolve = (_name, _options, done) => done(null, [leadsTo]);
    await using house = await openHouse({ resolve });
    const { webhook } = await house.add(`http://rebinding.example.org:${port}/`);

    house.list([image("ami-1")]);
    await house.sender.look();
    leadsTo = evil;
    house.list([image("ami-1"), image("ami-2")]);
    await house.sender.look();

    expect(imageIds(receiver.received)).toEqual(["ami-1"]);
    expect(house.deliveries(webhook.id)[0]).toMatchObject({
      state: "pending",
      lastError: expect.stringContaining(`rebinding.example.org (${evil.address}) is a link-local address`),
    });
  });

  test.each([
    "http://169.254.169.254/latest/meta-data",
    "http://[fe80::1]/",
    "http://[fd00:ec2::254]/",
    "http://[::ffff:169.254.169.254]/",
    "http://0xa9fea9fe/",
    "http://metadata.google.internal/",
  ])("%s is refused when it is given, unless that is allowed", async (url) => {
    await using house = await openHouse();
    await expect(house.add(url)).rejects.toThrow(/^url: .* is a link-local address/);
    await using lenient = await openHouse({ limits: { allowLinkLocal: true } });
    await expect(lenient.add(url)).resolves.toMatchObject({ webhook: { url } });
  });

  test("one that came into the catalogue otherwise is refused when it is sent to", async () => {
    await using house = await openHouse();
    const { webhook } = await house.add("http://127.0.0.1:1/");
    house.catalogue.sqlite.prepare("UPDATE webhooks SET url = 'http://169.254.169.254/'").run();

    house.list([image("ami-1")]);
    await house.sender.look();

    expect(house.deliveries(webhook.id)[0]?.lastError).toContain("169.254.169.254 is a link-local address");
  });
});

describe("sending", () => {
  test("takes the status for the answer, however long its body is", async () => {
    await using receiver = await startWebhookReceiver();
    await using house = await openHouse();
    const { webhook } = await house.add(receiver.url);
    receiver.answer = () => ({ status: 200, endless: true });

    house.list([image("ami-1")]);
    await house.sender.look();

    expect(house.deliveries(webhook.id)).toMatchObject([{ state: "delivered", lastStatus: 200 }]);
  });

  test("goes to four receivers at once at most", async () => {
    await using receiver = await startWebhookReceiver();
    await using house = await openHouse();
    for (let n = 0; n < 9; n++) await house.add(`${receiver.url}/${n}`);
    const gate = Promise.withResolvers<ReceiverAnswer>();
    receiver.answer = () => gate.promise;

    house.list([image("ami-1")]);
    const looked = house.sender.look();
    await receiver.until(4);
    gate.resolve({});
    await looked;

    expect(receiver.received).toHaveLength(9);
    expect(receiver.atOnce.most).toBe(4);
  });

  test("of a test waits for the delivery under way to the same webhook, and for no other", async () => {
    await using receiver = await startWebhookReceiver();
    await using house = await openHouse();
    const { webhook } = await house.add(receiver.url);
    const { webhook: other } = await house.add(receiver.url, { query: { term: "nothing" } });
    const gate = Promise.withResolvers<ReceiverAnswer>();
    receiver.answer = ({ json }) => (json.type === "images.changed" ? gate.promise : {});

    house.list([image("ami-1")]);
    const looked = house.sender.look();
    await receiver.until(1);
    const tested = house.sender.test(webhook);
    await house.sender.test(other);
    gate.resolve({});
    await Promise.all([looked, tested]);

    expect(receiver.received.map(({ json }) => [json.type, json.data.webhook_id])).toEqual([
      ["images.changed", webhook.id],
      ["webhook.test", other.id],
      ["webhook.test", webhook.id],
    ]);
  });

  test("is done by one process of those that could, until that ends", async () => {
    await using receiver = await startWebhookReceiver();
    await using house = await openHouse();
    await house.add(receiver.url);
    house.list([image("ami-1")]);
    await house.sender.look();

    house.list([image("ami-1"), image("ami-2")]);
    await house.rival.look();
    const sentByRival = receiver.received.length - 1;
    await house.restart();
    await house.sender.look();

    expect(sentByRival).toBe(0);
    expect(imageIds(receiver.received)).toEqual(["ami-1", "ami-2"]);
  });

  test("stops with the process, and what was cut off is sent again under its id", async () => {
    await using receiver = await startWebhookReceiver();
    await using house = await openHouse({ graceMs: 50 });
    await house.add(receiver.url);
    receiver.answer = () => ({ hang: true });

    house.list([image("ami-1")]);
    void house.sender.look();
    await receiver.until(1);
    await house.restart();
    receiver.answer = () => ({});
    await house.sender.look();

    const [first, second] = receiver.received;
    expect(second).toMatchObject({ id: first?.id, body: first?.body });
    expect(house.deliveries(first?.json.data.webhook_id ?? "")).toMatchObject([{ state: "delivered", attempts: 1 }]);
  });

  test("ends with the webhook, also in the middle of a try", async () => {
    await using receiver = await startWebhookReceiver();
    await using house = await openHouse();
    const { webhook } = await house.add(receiver.url);
    receiver.answer = async () => {
      await createLocalRecord(house.catalogue).deleteWebhook("one", webhook.id);
      return { status: 500 };
    };

    house.list([image("ami-1")]);
    await house.sender.look();
    house.list([]);
    await house.sender.look();

    expect(receiver.received).toHaveLength(1);
    expect(house.catalogue.sqlite.prepare("SELECT count(*) FROM webhook_deliveries").pluck().get()).toBe(0);
  });

  test("ends with the backend, whoever removes it", async () => {
    await using receiver = await startWebhookReceiver();
    await using house = await openHouse();
    await house.add(receiver.url);
    receiver.answer = () => ({ status: 500 });
    house.list([image("ami-1")]);
    await house.sender.look();

    using other = openCatalogue(house.catalogue.file);
    await createLocalRecord(other).deleteBackend("one");
    house.time += HOUR;
    await house.sender.look();

    expect(receiver.received).toHaveLength(1);
    for (const table of ["webhooks", "webhook_deliveries"])
      expect(house.catalogue.sqlite.prepare(`SELECT count(*) FROM ${table}`).pluck().get()).toBe(0);
  });
});
