import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type FakeHetzner, startFakeHetzner, systemImage, TOKEN } from "../fakes/hetzner.ts";
import { startServer, type TestServer } from "../http/start-server.ts";
import { createWorkplace, type Ended, type Workplace } from "./run-imagedex.ts";

describe("a running server", () => {
  let cloud: FakeHetzner;
  let server: TestServer;
  let place: Workplace;
  const atServer = (line: string): Promise<Ended> => place.run([...line.split(" "), "--server", server.server.url]);

  beforeAll(async () => {
    cloud = await startFakeHetzner();
    cloud.images = [systemImage(1), systemImage(2), systemImage(3)];
    server = await startServer();
    place = createWorkplace();
  });
  afterAll(async () => {
    place[Symbol.dispose]();
    await server[Symbol.asyncDispose]();
    await cloud[Symbol.asyncDispose]();
  });

  test("without backends says so, to a search as well", async () => {
    expect(await atServer("sync")).toMatchObject({ code: 2, stderr: expect.stringContaining("no enabled backend") });
    expect(await atServer("backends check")).toMatchObject({ code: 2 });
    expect(await atServer("find ubuntu")).toEqual({
      code: 0,
      stdout: "",
      stderr: "no backends; add one with: imagedex backends add\n",
    });
  });

  test("syncs its backends, and the command ends when they are synced", async () => {
    await atServer(`backends add --provider hetzner --id one --apisecret ${TOKEN} --apiurl ${cloud.url}`);
    await atServer("sync");
    cloud.images = [systemImage(1), systemImage(2), systemImage(3), systemImage(4)];

    const synced = await atServer("sync one --json");
    const probed = await atServer("sync --probe --json");

    expect(synced).toMatchObject({ code: 0, stderr: "the server syncs 2 sources; waiting for the end\n" });
    const runs = JSON.parse(synced.stdout);
    expect(runs.map(({ state }: { state: string }) => state)).toEqual(["complete", "complete"]);
    expect(runs).toContainEqual(expect.objectContaining({ kind: "full", listed: 4, added: 1 }));
    expect((await atServer("backends list -o csv")).stdout).toMatch(/^one,.*,complete,,4,/m);
    expect(JSON.parse(probed.stdout)).toContainEqual(expect.objectContaining({ kind: "probe", state: "complete" }));
    expect((await atServer("sync")).stdout).toMatch(/\tcomplete\t4\t0\t0\t0\t0\t0\t\d+\n/);
  });

  test("checks its backends", async () => {
    expect(await atServer("backends check")).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^one\t.*\tok\tno images\none\t.*\tok\t2 images on the first page\n$/),
    });
  });

  test("knows the backend to check by its id alone", async () => {
    const { status, json } = await server.ask("/backends/check", { method: "POST", body: '{"id":"on"}' });

    expect([status, json.detail]).toEqual([404, 'no backend "on"; did you mean "one"?']);
  });

  test("is not found below a path that it does not have", async () => {
    const asked = await place.run(["find", "x", "--server", `${server.server.url}/x`]);

    expect(asked).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/\/x: not the address of an imagedex server/),
    });
  });

  test("whose sync fails lets the command fail, and says why", async () => {
    cloud.intercept = () => ({ status: 401, json: { error: { code: "unauthorized" } } });

    const [synced, checked] = [await atServer("sync"), await atServer("backends check one")];

    expect(synced).toMatchObject({ code: 1, stdout: expect.stringMatching(/\tfailed\t.*\n.*401/) });
    expect(checked).toMatchObject({ code: 1, stdout: expect.stringContaining("\tfailed\t") });
  });

  test("is not told to accept a shrunken listing, and no wrong id", async () => {
    expect(await atServer("sync one --accept-shrink")).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("--accept-shrink: not with --server"),
    });
    expect(await atServer("sync on")).toMatchObject({
      code: 2,
      stderr: 'imagedex: no backend "on"; did you mean "one"?\n',
    });
  });
});

test.each([
  ["stats", "imagedex backends list --server URL"],
  ["doctor", "imagedex backends check --server URL"],
])("%s is of this machine, and its help says what asks a server", async (command, instead) => {
  using place = createWorkplace();
  const { stdout } = await place.run([command, "--help"]);
  expect(stdout).toContain(`Ask a running server with: ${instead}`);
});
