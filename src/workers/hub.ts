import { createMinuteCounts } from "../access/rate-limit.ts";
import { ANSWER_BOUNDS } from "../access/bound-answers.ts";
import { createPlaceCounts, LISTENERS, type PlaceCounts, WHOLE_LISTS } from "../access/places.ts";
import { rememberEnded } from "../access/sessions.ts";
import { BusyError } from "../errors.ts";
import { ownAnswers } from "./crew.ts";
import type { Channel } from "./channel.ts";
import {
  ALL_MEASURED,
  COUNT,
  type CountedThing,
  END_SESSION,
  FIRST_LOST,
  JOIN,
  LEAVE_PLACE,
  MEASURED,
  type Measurements,
  type PlaceKind,
  READY,
  TAKE_PLACE,
  TO_FIRST,
  TO_OTHERS,
  UNCOUNT,
} from "./topics.ts";

/** What the primary does for the workers beside starting them: it counts, keeps places, and passes on what they say. */
export interface Hub {
  /** Answers a worker that was started. `onReady`: it listens. */
  connect(number: number, channel: Channel, onReady: (url: string) => void): void;
  /** Gives back what a worker had that ended. */
  leave(number: number): void;
}

export interface HubOptions {
  readonly workers: number;
  /** Adds up what workers measured that have ended, so that sums never fall. */
  readonly addUp: (measured: readonly string[]) => Promise<string>;
}

/** A worker, as the hub knows it. */
interface Desk {
  readonly number: number;
  readonly channel: Channel;
  /** By number, what gives a place back. */
  readonly places: Map<number, () => void>;
  isReady: boolean;
  /** The worker has ended; what it had asked may still come. */
  isGone: boolean;
  /** What it said last that it measured of itself. */
  measured: string | undefined;
}

/** A worker that does not answer for so long is left out. */
const PATIENCE_MS = 2_000;
const RETRY_S = 2;

export function createHub({ workers, addUp }: HubOptions): Hub {
  const desks = new Map<number, Desk>();
  const others = (desk: Desk): Desk[] => [...desks.values()].filter((other) => other !== desk && other.isReady);
  const ended = rememberEnded();
  const keepPlace = createPlaceKeeper(workers);
  const measuring = createMeasuring(others, addUp);
  const counts = { requests: createMinuteCounts(), "log-ins": createMinuteCounts() };

  return {
    connect(number, channel, onReady) {
      const desk: Desk = { number, channel, places: new Map(), isReady: false, isGone: false, measured: undefined };
      desks.set(number, desk);
      channel.answer(JOIN, () => ({ number, workers, endedSessions: [...ended.ids] }));
      channel.answer(READY, ({ url }) => {
        desk.isReady = true;
        onReady(url);
        return null;
      });
      answerCounts(channel, counts);
      keepPlace(desk);
      channel.answer(END_SESSION, async (id) => {
        ended.note(id);
        // Those that have only joined know it, too.
        const all = [...desks.values()].filter((other) => other !== desk);
        await Promise.all(all.map((other) => patiently(other.channel.ask(END_SESSION, id))));
        return null;
      });
      channel.answer(TO_FIRST, ({ name, text }) => {
        const first = desks.get(1);
        if (!first?.isReady)
          throw new BusyError(`the process that syncs is being started; try again in ${RETRY_S} s`, RETRY_S);
        return first.channel.pass(name, text);
      });
      channel.answer(TO_OTHERS, ({ name, text }) => {
        for (const other of others(desk)) other.channel.forward(name, text);
        return null;
      });
      channel.answer(ALL_MEASURED, (own) => measuring.of(desk, own));
    },
    leave(number) {
      const desk = desks.get(number);
      if (!desk) return;
      desks.delete(number);
      desk.isGone = true;
      desk.channel.cut();
      for (const giveBack of desk.places.values()) giveBack();
      measuring.keep(desk);
      if (number === 1) for (const other of others(desk)) other.channel.tell(FIRST_LOST, null);
    },
  };
}

function answerCounts(channel: Channel, counts: Record<CountedThing, ReturnType<typeof createMinuteCounts>>): void {
  channel.answer(COUNT, async ({ what, key }) => {
    const { totalHits, resetTime } = await counts[what].increment(key);
    return { totalHits, endsInMs: (resetTime?.getTime() ?? Date.now()) - Date.now() };
  });
  channel.answer(UNCOUNT, async ({ what, key }) => {
    await counts[what].decrement(key);
    return null;
  });
}

/** Places of all workers together, the same as one process has. */
function createPlaceKeeper(workers: number): (desk: Desk) => void {
  const answers = ANSWER_BOUNDS.perHolder - workers * ownAnswers(workers);
  const counts: Record<PlaceKind, PlaceCounts> = {
    lists: createPlaceCounts(WHOLE_LISTS),
    listeners: createPlaceCounts(LISTENERS),
    answers: createPlaceCounts({ what: "answers", inAll: Number.POSITIVE_INFINITY, waitMs: 0, retryAfter: 1 }),
  };
  let lastPlace = 0;
  return (desk) => {
    const { channel, places } = desk;
    channel.answer(TAKE_PLACE, async ({ kind, holder, most }) => {
      const bound = kind === "answers" ? answers : (most ?? Number.POSITIVE_INFINITY);
      const giveBack = await counts[kind].take(holder, bound);
      // A worker may end while it waits for a place.
      if (desk.isGone) giveBack();
      else places.set(++lastPlace, giveBack);
      return lastPlace;
    });
    channel.answer(LEAVE_PLACE, (place) => {
      places.get(place)?.();
      places.delete(place);
      return null;
    });
  };
}

interface Measuring {
  of(desk: Desk, own: string): Promise<Measurements>;
  /** A worker has ended: what it counted stays in the sums. */
  keep(desk: Desk): void;
}

function createMeasuring(others: (desk: Desk) => Desk[], addUp: HubOptions["addUp"]): Measuring {
  let departed: Promise<string | undefined> = Promise.resolve(undefined);
  return {
    async of(desk, own) {
      desk.measured = own;
      await Promise.all(
        others(desk).map(async (other) => {
          other.measured = (await patiently(other.channel.ask(MEASURED, null))) ?? other.measured;
        }),
      );
      const workers = [desk, ...others(desk)].toSorted((a, b) => a.number - b.number);
      const sum = await departed;
      return {
        workers: workers.flatMap(({ number, measured }) => (measured === undefined ? [] : [{ number, measured }])),
        departed: sum === undefined ? [] : [sum],
      };
    },
    keep({ measured }) {
      if (measured === undefined) return;
      departed = departed.then((sum) => addUp(sum === undefined ? [measured] : [sum, measured])).catch(() => undefined);
    },
  };
}

/** Undefined where the other process ends, fails or takes too long. */
async function patiently<T>(answer: Promise<T>): Promise<T | undefined> {
  const patience = Promise.withResolvers<undefined>();
  const timer = setTimeout(() => patience.resolve(undefined), PATIENCE_MS);
  try {
    return await Promise.race([answer, patience.promise]);
  } catch {
    return undefined;
  } finally {
    clearTimeout(timer);
  }
}
