import { expect, test } from "vitest";
import { createLog } from "../src/log.ts";

const SECRETS = ["apikey", "apisecret", "password", "token", "authorization", "cookie"];

test.each(SECRETS)("a log hides %s wherever it stands, and nothing else", (name) => {
  const lines: string[] = [];
  const log = createLog("info", (line) => void lines.push(line));

  log.info({ [name]: "hush-1", provider: "ec2" }, "at the top");
  log.info({ backend: { [name]: "hush-2", id: "one" } }, "inside");
  log.info({ request: { headers: { [name]: "hush-3", host: "here" } } }, "deep inside");
  log.child({ [name]: "hush-4" }).warn("of a child");

  expect(lines).toHaveLength(4);
  expect(lines.join("")).not.toContain("hush");
  const [top, inside, deep, child] = lines.map((line): unknown => JSON.parse(line));
  expect(top).toMatchObject({ [name]: "[secret]", provider: "ec2", msg: "at the top" });
  expect(inside).toMatchObject({ backend: { [name]: "[secret]", id: "one" } });
  expect(deep).toMatchObject({ request: { headers: { [name]: "[secret]", host: "here" } } });
  expect(child).toMatchObject({ [name]: "[secret]" });
});

test("a log writes no control character, and one line for each entry", () => {
  const lines: string[] = [];
  createLog("info", (line) => void lines.push(line)).info({ name: "a\u001b[2Jb\nc\u202ed" }, "foreign");

  expect(lines.join("")).toMatch(/^[^\n]+\n$/);
  // oxlint-disable-next-line no-control-regex -- that is what must not be there
  expect(lines.join("")).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
});
