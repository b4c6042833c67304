import { setImmediate as turn } from "node:timers/promises";
import { expect, test } from "vitest";
import { BusyError, StorageError, TooManyRequestsError } from "../../src/errors.ts";
import { createChannel, type Channel, type ChannelMessage, nameTopic } from "../../src/workers/channel.ts";

const DOUBLE = nameTopic<number, number>("double");
const FAIL = nameTopic<string>("fail");
const NEWS = nameTopic<string>("news");

/** Two ends of a channel that carries JSON, and how often something was sent to the second. */
function connect(): { here: Channel; there: Channel; sent: (readonly ChannelMessage[])[] } {
  const sent: (readonly ChannelMessage[])[] = [];
  const here = createChannel((messages) => {
    sent.push(messages);
    there.hear(JSON.parse(JSON.stringify(messages)));
  });
  const there: Channel = createChannel((messages) => here.hear(JSON.parse(JSON.stringify(messages))));
  return { here, there, sent };
}

test("questions are answered, and those of one turn are sent together", async () => {
  const { here, there, sent } = connect();
  there.answer(DOUBLE, (n) => 2 * n);

  const answers = await Promise.all([1, 2, 3].map((n) => here.ask(DOUBLE, n)));

  expect(answers).toEqual([2, 4, 6]);
  expect(sent.map((messages) => messages.length)).toEqual([3]);
});

test("an error keeps what answers make of it: its kind, its words and when to ask again", async () => {
  const { here, there } = connect();
  const errors = [
    new BusyError("busy", 7),
    new TooManyRequestsError("many", 9),
    new StorageError("full"),
    new Error("odd"),
  ];
  there.answer(FAIL, (name) => {
    throw errors.find(({ message }) => message === name);
  });

  for (const error of errors) await expect(here.ask(FAIL, error.message)).rejects.toStrictEqual(error);
  await expect(here.ask(DOUBLE, 1)).rejects.toThrow("nothing answers double");
});

test("news needs no answer, and nobody who listens", async () => {
  const { here, there } = connect();
  const heard: string[] = [];
  here.tell(NEWS, "too early");
  await turn();
  there.answer(NEWS, (news) => {
    heard.push(news);
    return null;
  });

  here.tell(NEWS, "in time");
  await turn();
  await turn();

  expect(heard).toEqual(["in time"]);
});

test("when the other process has ended, open questions and further ones are refused, to be asked again", async () => {
  const { here } = connect();
  const open = here.ask(DOUBLE, 1);

  here.cut();

  await expect(open).rejects.toMatchObject({ name: "BusyError", retryAfter: 2 });
  await expect(here.ask(DOUBLE, 1)).rejects.toMatchObject({ name: "BusyError" });
});
