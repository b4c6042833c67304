import { BadRequestError, BusyError, NotFoundError, StorageError, TooManyRequestsError } from "../errors.ts";

/** The name of a question, and what it holds and is answered with. Both ends are the same release of this program. */
export interface Topic<Body, Answer = null> {
  readonly name: string;
  /** Never there: it ties the name to its types. */
  readonly ties?: (body: Body) => Answer;
}

export function nameTopic<Body, Answer = null>(name: string): Topic<Body, Answer> {
  return { name };
}

/** One end of the messages between the primary and a worker. Bodies and answers are JSON. */
export interface Channel {
  /**
   * Resolves to the other end's answer. Rejects with the error that it answered with, and with BusyError when the other
   * process has ended.
   */
  ask<Body, Answer>(topic: Topic<Body, Answer>, body: Body): Promise<Answer>;
  /** The same for a body and an answer that are JSON text already. */
  pass(name: string, text: string): Promise<string>;
  /** The same for news. */
  forward(name: string, text: string): void;
  /** Sends news that needs no answer. */
  tell<Body>(topic: Topic<Body>, body: Body): void;
  /** Answers a topic from now on. */
  answer<Body, Answer>(topic: Topic<Body, Answer>, how: (body: Body) => Answer | Promise<Answer>): void;
  /** Takes messages that came. */
  hear(messages: readonly ChannelMessage[]): void;
  /** The other process has ended. */
  cut(): void;
}

/** What passes over the channel. */
export interface ChannelMessage {
  readonly kind: "question" | "news" | "answer" | "refusal";
  /** Ties an answer to its question. */
  readonly id: number;
  /** Of questions and news. */
  readonly name: string;
  /** The body or answer as JSON; of a refusal a `CarriedError`. */
  readonly text: string;
}

/** `send` takes several messages at once. */
export function createChannel(send: (messages: readonly ChannelMessage[]) => void): Channel {
  const answerers = new Map<string, (text: string) => Promise<string>>();
  const asked = new Map<number, PromiseWithResolvers<string>>();
  const put = createOutbox(send);
  let lastId = 0;
  let isCut = false;

  const reply = async ({ id, name, text }: ChannelMessage): Promise<void> => {
    try {
      const answer = answerers.get(name);
      if (!answer) throw new Error(`nothing answers ${name}`);
      put({ kind: "answer", id, name, text: await answer(text) });
    } catch (error) {
      put({ kind: "refusal", id, name, text: JSON.stringify(carry(error)) });
    }
  };
  const settle = ({ kind, id, text }: ChannelMessage): void => {
    const question = asked.get(id);
    asked.delete(id);
    if (kind === "answer") question?.resolve(text);
    else question?.reject(revive(unpack<CarriedError>(text)));
  };
  const pass = (name: string, text: string): Promise<string> => {
    if (isCut) return Promise.reject(gone());
    const question = Promise.withResolvers<string>();
    asked.set(++lastId, question);
    put({ kind: "question", id: lastId, name, text });
    return question.promise;
  };
  const forward = (name: string, text: string): void => {
    if (!isCut) put({ kind: "news", id: 0, name, text });
  };
  return {
    pass,
    ask: async (topic, body) => unpack(await pass(topic.name, pack(body))),
    forward,
    tell: (topic, body) => forward(topic.name, pack(body)),
    answer(topic, how) {
      answerers.set(topic.name, async (text) => pack(await how(unpack(text))));
    },
    hear(messages) {
      for (const message of messages) {
        if (message.kind === "question") void reply(message);
        else if (message.kind !== "news") settle(message);
        // News that nobody waits for may come before its listener.
        else
          answerers
            .get(message.name)?.(message.text)
            .catch(() => undefined);
      }
    },
    cut() {
      isCut = true;
      for (const question of asked.values()) question.reject(gone());
      asked.clear();
    },
  };
}

/** Sends together what is put within one turn of the event loop: a message by itself costs as much as ten together. */
function createOutbox(send: (messages: readonly ChannelMessage[]) => void): (message: ChannelMessage) => void {
  let waiting: ChannelMessage[] = [];
  return (message) => {
    if (waiting.push(message) > 1) return;
    setImmediate(() => {
      const sent = waiting;
      waiting = [];
      send(sent);
    });
  };
}

const RETRY_S = 2;

function gone(): BusyError {
  return new BusyError(`a process of this server has ended and is started again; try again in ${RETRY_S} s`, RETRY_S);
}

function pack(body: unknown): string {
  return JSON.stringify(body ?? null);
}

function unpack<T>(text: string): T {
  return JSON.parse(text);
}

/** An error between processes. */
interface CarriedError {
  readonly name: string;
  readonly message: string;
  readonly retryAfter?: number | undefined;
}

function carry(error: unknown): CarriedError {
  if (!(error instanceof Error)) return { name: "Error", message: String(error) };
  const retryAfter = error instanceof BusyError || error instanceof TooManyRequestsError ? error.retryAfter : undefined;
  return { name: error.name, message: error.message, retryAfter };
}

function revive({ name, message, retryAfter = RETRY_S }: CarriedError): Error {
  if (name === "BusyError") return new BusyError(message, retryAfter);
  if (name === "TooManyRequestsError") return new TooManyRequestsError(message, retryAfter);
  if (name === "NotFoundError" || name === "UnknownBackendError") return new NotFoundError(message);
  if (name === "BadRequestError") return new BadRequestError(message);
  if (name === "StorageError") return new StorageError(message);
  return new Error(message);
}
