import fc from "fast-check";
import { expect, test } from "vitest";
import { readChanges } from "../../src/catalogue/read/read-changes.ts";
import { sourcesOf } from "../../src/record/sources.ts";
import { image } from "../catalogue/seed.ts";
import { type ReceiverAnswer, startWebhookReceiver } from "../fakes/webhook-receiver.ts";
import { histories } from "../histories.ts";
import { openHouse } from "./webhook-house.ts";

/** Names of which the search finds half. */
const POOL = Array.from({ length: 12 }, (_, n) => ({ id: `ami-${n}`, name: `${n % 2 ? "ubuntu" : "debian"} ${n}` }));
const FAULTS: readonly ReceiverAnswer[] = [
  { status: 500 },
  { status: 429, headers: { "retry-after": "7" } },
  { status: 302, headers: { location: "/" } },
  { reset: true },
];

const listing = fc.record({
  what: fc.constant("list" as const),
  ids: fc.subarray(POOL),
  description: fc.constantFrom(null, "one", "two"),
});
const step = fc.oneof(
  { weight: 4, arbitrary: listing },
  { weight: 3, arbitrary: fc.record({ what: fc.constant("look" as const) }) },
  {
    weight: 3,
    arbitrary: fc.record({ what: fc.constant("wait" as const), seconds: fc.integer({ min: 1, max: 400 }) }),
  },
  { weight: 1, arbitrary: fc.record({ what: fc.constant("restart" as const) }) },
);

test("whatever fails, every matching change arrives at least once, and in order", async () => {
  await using receiver = await startWebhookReceiver();
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 1, maxLength: 25 }),
      fc.array(fc.option(fc.constantFrom(...FAULTS)), { maxLength: 12 }),
      async (steps, answers) => {
        await using house = await openHouse();
        const { webhook } = await house.add(receiver.url, { query: { term: "ubuntu" } });
        const accepted = new Map<string, readonly number[]>();
        receiver.received.length = 0;
        receiver.answer = ({ id, json }) => {
          const fault = answers.shift() ?? null;
          // Some receivers take a message in and fail to say so.
          if (!fault || fault.reset)
            accepted.set(
              id,
              json.data.changes.map((change) => change.id),
            );
          return fault ?? {};
        };

        for (const each of steps) {
          if (each.what === "list")
            house.list(each.ids.map(({ id, name }) => image(id, { name, description: each.description })));
          else if (each.what === "wait") house.time += each.seconds * 1000;
          else if (each.what === "restart") await house.restart();
          if (each.what !== "list") await house.sender.look();
        }
        await house.sender.look();
        while (house.deliveries(webhook.id).some(({ state }) => state === "pending")) await house.nextTry(webhook.id);

        const sourceIds = sourcesOf(house.catalogue, "one").map(({ id }) => id);
        const all = { sourceIds, after: 0, since: "", before: Number.MAX_SAFE_INTEGER };
        const journal = readChanges(house.catalogue, all, 10_000, "oldest");
        const wanted = journal.filter(({ name }) => name.startsWith("ubuntu")).map(({ changeId }) => changeId);
        expect([...accepted.values()].flat()).toEqual(wanted);
      },
    ),
    histories(15),
  );
});
