import { readdirSync, readFileSync } from "node:fs";
import express from "express";
import { expect, test } from "vitest";
import { NOBODY, visibleBackends } from "../../src/access/access.ts";
import { setAsker } from "../../src/access/asker.ts";

const BACKENDS = [{ id: "one" }, { id: "two" }];

test("nothing is shown where nobody found out who asks", () => {
  const { response } = express();

  expect(() => visibleBackends(Object.create(response), BACKENDS)).toThrow("nobody found out who asks");
});

test("who asks sees the backends that exist for them", () => {
  const visible = (backends: ReadonlySet<string> | "all"): unknown => {
    const res: express.Response = Object.create(express().response);
    setAsker(res, { ...NOBODY, scope: "read", backends });
    return visibleBackends(res, BACKENDS);
  };

  expect([visible("all"), visible(new Set(["two"])), visible(new Set())]).toEqual([BACKENDS, [{ id: "two" }], []]);
});

test("no room reads who asks from what anybody may write", () => {
  const files = readdirSync("src", { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));
  const reading = files.filter((file) =>
    /locals\["(?:by|scope|backends|tokenHash|expiresAt)"\]/.test(readFileSync(`src/${file}`, "utf8")),
  );

  expect(files.length).toBeGreaterThan(500);
  expect(reading).toEqual([]);
});
