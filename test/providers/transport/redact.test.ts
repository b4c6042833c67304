import { expect, test } from "vitest";
import { createRedactor } from "../../../src/providers/transport/http/redact.ts";

test("blots secrets in every form, a longer one before one that it holds", () => {
  const { redact, hide } = createRedactor(['p"w', ""]);
  hide('p"word!');

  expect(redact(`p"w ${encodeURIComponent('p"w')} p\\"word! ok`)).toBe("[secret] [secret] [secret] ok");
});

test("forgets the oldest of very many that came up on the way, and never those it began with", () => {
  const { redact, hide } = createRedactor(["password"]);
  for (let n = 0; n < 1000; n++) hide(`token-${n}!`);

  expect(redact("password token-0! token-900! token-999!")).toBe("[secret] token-0! [secret] [secret]");
});
