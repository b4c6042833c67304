import { existsSync, rmSync } from "node:fs";
import { expect, test } from "vitest";
import { createWorkplace } from "./run-imagedex.ts";

const ADD = "backends add --id cloud --provider ec2 --region eu-west-1 --apiurl http://127.0.0.1:9 --apikey AKIA".split(
  " ",
);

test("without its key a catalogue is searched but not served or synced, until its sealed backends are added again", async () => {
  using place = createWorkplace();
  await place.run([...ADD, "--apisecret", "hush"]);
  const key = `${place.database}.key`;
  rmSync(key);

  const refused = await Promise.all(
    [["serve"], ["sync"], ["backends", "add", "--provider", "simplestreams"]].map((args) => place.run(args)),
  );
  const reading = await Promise.all(
    [["stats"], ["backends", "list"], ["search", "cloud", "ubuntu", "--partial"]].map((args) => place.run(args)),
  );
  const doctor = await place.run(["doctor"]);
  const isMade = existsSync(key);
  const removed = await place.run(["backends", "remove", "cloud"]);
  const added = await place.run([...ADD, "--apisecret", "hush"]);

  for (const { code, stderr } of refused)
    expect([code, stderr]).toEqual([
      2,
      expect.stringMatching(/^imagedex: the key file \S+\.key does not exist; .*\n$/),
    ]);
  expect(reading.map(({ code, stderr }) => [code, stderr.includes("key")])).toEqual(Array(3).fill([0, false]));
  expect(doctor.code).toBe(1);
  expect(doctor.stdout).toContain(`secret key\tfail\tthe key file ${key} does not exist`);
  expect(isMade).toBe(false);
  expect([removed.code, added.code, existsSync(key)]).toEqual([0, 0, true]);
}, 180_000);

test("under another key than its credentials were stored with, a catalogue is neither served nor added to", async () => {
  using place = createWorkplace();
  await place.run([...ADD, "--apisecret", "hush"]);
  const other = { IMAGEDEX_SECRET_KEY: "k".repeat(32) };

  const serving = await place.run(["serve"], { ...other, IMAGEDEX_PORT: "0", IMAGEDEX_SYNC_CRON: "0 0 1 1 *" });
  const refused = await Promise.all(
    [["sync"], ["backends", "add", "--provider", "simplestreams"]].map((args) => place.run(args, other)),
  );

  const sentence = /^imagedex: the secret key opens none of the credentials in \S+; set IMAGEDEX_SECRET_KEY .*\n$/;
  for (const { code, stdout, stderr } of refused)
    expect([code, stdout, stderr]).toEqual([2, "", expect.stringMatching(sentence)]);
  expect([serving.code, serving.stderr.slice(serving.stderr.indexOf("imagedex: "))]).toEqual([
    2,
    expect.stringMatching(sentence),
  ]);
  expect((await place.run(["backends", "list", "-o", "id"], other)).stdout).toBe("cloud\n");
  expect(await place.run(["backends", "remove", "cloud"], other)).toMatchObject({ code: 0 });
  expect(await place.run(["backends", "add", "--provider", "simplestreams", "--id", "x"], other)).toMatchObject({
    code: 0,
  });
}, 180_000);
