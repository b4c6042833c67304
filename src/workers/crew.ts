import cluster from "node:cluster";
import type { Store } from "express-rate-limit";
import { ANSWER_BOUNDS, type DividedAnswers } from "../access/bound-answers.ts";
import type { PlaceCounts } from "../access/places.ts";
import { type EndedSessions, rememberEnded } from "../access/sessions.ts";
import { createChannel, type Channel, type ChannelMessage } from "./channel.ts";
import {
  ALL_MEASURED,
  COUNT,
  type CountedThing,
  END_SESSION,
  JOIN,
  LEAVE_PLACE,
  MEASURED,
  type Measurements,
  type PlaceKind,
  READY,
  STOP,
  TAKE_PLACE,
  UNCOUNT,
} from "./topics.ts";

/** The processes of one server, as one of them, a worker, sees the others. All its questions go to the primary. */
export interface Crew extends Disposable {
  /** From 1 on. */
  readonly number: number;
  /** Whether this worker syncs, sends to webhooks and tidies; all others only answer. */
  readonly isFirst: boolean;
  readonly channel: Channel;
  /** Resolves when the primary wants this worker to end in order. */
  readonly stopped: Promise<string>;
  /** Counts of requests and failed log-ins: the primary's, so that they are exactly one server's. */
  counts(what: CountedThing): Store;
  /** Places for whole lists and event streams: the primary's. They come back when their worker dies. */
  places(kind: PlaceKind): PlaceCounts;
  /**
   * How many answers one holder may have in progress. Each worker gives a share without asking, and the primary hands out the
   * rest: never more than one server's in all, and at least three quarters of that to a holder who is on one worker alone.
   */
  readonly answers: DividedAnswers;
  /** Known to all workers before the log-out is answered. */
  readonly endedSessions: EndedSessions;
  /** What all workers measure of themselves; `own` is this one's. */
  measurements(own: string): Promise<Measurements>;
  /** Answers what this worker measures of itself, for others. */
  answerMeasured(measure: () => Promise<string>): void;
  /** Tells the primary that this worker listens. */
  tellReady(url: string): void;
}

/** Of what one holder may have in progress, the part that workers give without asking. */
const FREE_SHARE = 4;

/** How many answers a worker gives one holder without asking. */
export function ownAnswers(workers: number): number {
  return Math.floor(ANSWER_BOUNDS.perHolder / (FREE_SHARE * workers));
}

/** Joins the crew whose primary started this process. */
export async function joinCrew(): Promise<Crew> {
  const channel = createChannel((messages) => {
    // Without a primary this process ends.
    process.send?.(messages, undefined, undefined, () => undefined);
  });
  process.on("message", (messages: readonly ChannelMessage[]) => channel.hear(messages));
  const stopped = Promise.withResolvers<string>();
  channel.answer(STOP, () => {
    stopped.resolve("the primary");
    return null;
  });
  // Before it joins: a session may end at any moment.
  const ended = shareEndedSessions(channel);
  const { number, workers, endedSessions } = await channel.ask(JOIN, null);
  for (const id of endedSessions) ended.note(id);
  return {
    number,
    isFirst: number === 1,
    channel,
    stopped: stopped.promise,
    counts: (what) => createSharedCounts(channel, what),
    places: (kind) => createSharedPlaces(channel, kind),
    answers: { own: ownAnswers(workers), further: createSharedPlaces(channel, "answers") },
    endedSessions: ended,
    measurements: (own) => channel.ask(ALL_MEASURED, own),
    answerMeasured: (measure) => channel.answer(MEASURED, measure),
    tellReady: (url) => channel.tell(READY, { url }),
    // The channel would keep the process alive; a worker that lets go of it by itself is not taken for one that lost its primary.
    [Symbol.dispose]: () => void cluster.worker?.disconnect(),
  };
}

function createSharedCounts(channel: Channel, what: CountedThing): Store {
  return {
    localKeys: false,
    async increment(key) {
      const { totalHits, endsInMs } = await channel.ask(COUNT, { what, key });
      return { totalHits, resetTime: new Date(Date.now() + endsInMs) };
    },
    decrement: (key) => channel.tell(UNCOUNT, { what, key }),
    // Nothing here resets a key.
    resetKey: () => undefined,
  };
}

function createSharedPlaces(channel: Channel, kind: PlaceKind): PlaceCounts {
  return {
    async take(holder, most) {
      const place = await channel.ask(TAKE_PLACE, { kind, holder, most: Number.isFinite(most) ? most : null });
      return () => channel.tell(LEAVE_PLACE, place);
    },
  };
}

function shareEndedSessions(channel: Channel): EndedSessions & { note(id: string): void } {
  const ended = rememberEnded();
  channel.answer(END_SESSION, (id) => {
    ended.note(id);
    return null;
  });
  return {
    has: ended.has,
    note: ended.note,
    async add(id) {
      ended.note(id);
      await channel.ask(END_SESSION, id);
    },
  };
}
