import { expect, test } from "vitest";
import { ANSWER_BOUNDS } from "../../src/access/bound-answers.ts";
import { WHOLE_LISTS } from "../../src/access/places.ts";
import { ownAnswers } from "../../src/workers/crew.ts";
import { createHub, type Hub } from "../../src/workers/hub.ts";
import { createChannel, type Channel } from "../../src/workers/channel.ts";
import { createRestDelay } from "../../src/workers/rest-delay.ts";
import { COUNT, FIND_TERM, LEAVE_PLACE, READY, TAKE_PLACE, TO_FIRST, UNCOUNT } from "../../src/workers/topics.ts";

/** A worker of the hub, whose process is this one. */
function join(hub: Hub, number: number): Channel {
  const worker: Channel = createChannel((messages) => primary.hear(messages));
  const primary = createChannel((messages) => worker.hear(messages));
  hub.connect(number, primary, () => undefined);
  return worker;
}

const createTestHub = (workers: number): Hub => createHub({ workers, addUp: () => Promise.resolve("") });

test("hits are counted over all workers, and taken back", async () => {
  const hub = createTestHub(2);
  const [one, two] = [join(hub, 1), join(hub, 2)];
  const hit = { what: "requests", key: "token a" } as const;
  const totals = [];
  for (const channel of [one, two, one]) totals.push((await channel.ask(COUNT, hit)).totalHits);
  two.tell(UNCOUNT, hit);
  const { totalHits, endsInMs } = await two.ask(COUNT, hit);
  const other = await one.ask(COUNT, { ...hit, what: "log-ins" });

  expect(totals).toEqual([1, 2, 3]);
  expect(totalHits).toBe(3);
  expect(endsInMs).toBeGreaterThan(50_000);
  expect(endsInMs).toBeLessThanOrEqual(60_000);
  expect(other.totalHits).toBe(1);
});

test("places are those of one server, and come back from a worker that ends", async () => {
  const hub = createTestHub(2);
  const [one, two] = [join(hub, 1), join(hub, 2)];
  const wanted = { kind: "listeners", holder: "token a", most: 3 } as const;
  const places = [
    await one.ask(TAKE_PLACE, wanted),
    await two.ask(TAKE_PLACE, wanted),
    await two.ask(TAKE_PLACE, wanted),
  ];
  await expect(one.ask(TAKE_PLACE, wanted)).rejects.toMatchObject({ name: "TooManyRequestsError", retryAfter: 30 });

  one.tell(LEAVE_PLACE, places[0] ?? 0);
  await one.ask(TAKE_PLACE, wanted);
  hub.leave(2);

  await one.ask(TAKE_PLACE, wanted);
  await one.ask(TAKE_PLACE, wanted);
  await expect(one.ask(TAKE_PLACE, wanted)).rejects.toMatchObject({ name: "TooManyRequestsError" });
});

test("a place that a worker waited for when it ended is free", async () => {
  const hub = createTestHub(2);
  const [one, two] = [join(hub, 1), join(hub, 2)];
  const list = { kind: "lists", holder: "token a", most: null } as const;
  const places: number[] = [];
  for (let n = 0; n < WHOLE_LISTS.inAll; n++) places.push(await one.ask(TAKE_PLACE, list));
  const waiting = two.ask(TAKE_PLACE, list).catch(() => undefined);
  // Behind the question that waits.
  await two.ask(COUNT, { what: "requests", key: "token a" });

  hub.leave(2);
  one.tell(LEAVE_PLACE, places[0] ?? 0);
  await waiting;

  await expect(one.ask(TAKE_PLACE, list)).resolves.toBeGreaterThan(0);
});

test.each([2, 3, 16, 64])(
  "%i workers give a holder no more answers than one server, and never less than three quarters",
  async (workers) => {
    const hub = createTestHub(workers);
    const channel = join(hub, 1);
    let further = 0;
    try {
      for (; ; further++)
        await channel.ask(TAKE_PLACE, { kind: "answers", holder: "token a", most: ANSWER_BOUNDS.perHolder });
    } catch {
      // All are taken.
    }

    const own = ownAnswers(workers);
    expect(further + workers * own).toBe(ANSWER_BOUNDS.perHolder);
    expect(further + own).toBeGreaterThanOrEqual((ANSWER_BOUNDS.perHolder * 3) / 4);
  },
);

test("what the first worker is asked goes to it; while there is none, the answer is to ask again", async () => {
  const hub = createTestHub(2);
  const second = join(hub, 2);
  const question = { name: FIND_TERM.name, text: JSON.stringify({ sourceId: 7, term: "nginx" }) };
  const ask = (): Promise<string> => second.ask(TO_FIRST, question);
  await expect(ask()).rejects.toMatchObject({ name: "BusyError", retryAfter: 2 });
  const first = join(hub, 1);
  first.answer(FIND_TERM, ({ sourceId }) => sourceId + 1);
  await expect(ask()).rejects.toMatchObject({ name: "BusyError" });

  await first.ask(READY, { url: "" });
  expect(await ask()).toBe("8");

  hub.leave(1);
  await expect(ask()).rejects.toMatchObject({ name: "BusyError" });
});

test("a worker that ends again and again rests longer each time, up to half a minute, until one lives", () => {
  const rest = createRestDelay();
  const rests = Array.from({ length: 11 }, () => rest.after(500));

  expect(rests).toEqual([100, 200, 400, 800, 1600, 3200, 6400, 12_800, 25_600, 30_000, 30_000]);
  expect(rest.after(60_000)).toBe(100);
});
