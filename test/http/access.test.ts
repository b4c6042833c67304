import { expect, test } from "vitest";
import { createLocalRecord } from "../../src/record/record.ts";
import { readConfig } from "../../src/config.ts";
import { hashToken } from "../../src/access/access-token.ts";
import { commitImages, image, NOW, openTemporaryCatalogue, seedBackend } from "../catalogue/seed.ts";
import { startServer, type TestServer } from "./start-server.ts";

const [READ, ADMIN, LIMITED] = ["read-token-of-the-tests", "admin-token-of-the-tests", "limited-token-of-the-tests"];

test("nobody is let in without a token, but to ask whether the process lives", async () => {
  await using server = await guardedServer();
  const paths = [
    "/backends",
    "/backends/one",
    "/backends/one/images",
    "/images",
    "/backends/one/syncs",
    "/backends/one/suggestions",
    "/backends/one/images/ami-1",
    "/nowhere",
  ];

  for (const path of paths) {
    for (const headers of [{}, bearer("wrong"), bearer(""), { authorization: `Basic ${READ}` }]) {
      const answer = await server.ask(path, { headers });
      expect([path, answer.status, answer.headers["www-authenticate"]]).toEqual([path, 401, 'Bearer realm="imagedex"']);
    }
  }
  expect((await server.ask("/healthz")).status).toBe(200);
});

test("a token of scope read searches, by POST too, and changes nothing", async () => {
  await using server = await guardedServer();
  const headers = bearer(READ);

  expect((await server.ask("/backends/one/images", { headers })).json).toHaveLength(1);
  expect(
    (await server.ask("/backends/one/images", { method: "POST", body: '{"search_term":"a"}', headers })).status,
  ).toBe(200);
  for (const [method, path] of [
    ["POST", "/backends"],
    ["PUT", "/backends/one"],
    ["DELETE", "/backends/one"],
    ["POST", "/backends/one/sync"],
    ["POST", "/backends/one/images/ami-1"],
  ] as const) {
    expect([method, path, (await server.ask(path, { method, body: "{}", headers })).status]).toEqual([
      method,
      path,
      403,
    ]);
  }
});

test("a token of scope admin does all", async () => {
  await using server = await guardedServer();
  expect((await server.ask("/backends/one/images/ami-1", { method: "POST", headers: bearer(ADMIN) })).text).toBe(
    "true",
  );
});

test("a token for one backend knows no other, by any route", async () => {
  await using server = await guardedServer();
  const headers = bearer(LIMITED);

  expect((await server.ask("/backends", { headers })).json.map(({ id }: { id: string }) => id)).toEqual(["one"]);
  expect((await server.ask("/images", { headers })).json.map(({ id }: { id: string }) => id)).toEqual(["ami-1"]);
  expect((await server.ask("/backends/one/images", { headers })).status).toBe(200);
  for (const path of [
    "/backends/two",
    "/backends/two/images",
    "/backends/t%77o/images",
    "/BACKENDS/two/images",
    "/backends/two/images/ami-2",
    "/backends/two/suggestions?search_term=z",
    "/backends/two/syncs",
  ]) {
    const answer = await server.ask(path, { headers });
    expect([path, answer.status]).toEqual([path, 404]);
    expect(answer.text).not.toContain('"id":"ami-2"');
  }
  expect(
    (await server.ask("/backends", { method: "POST", body: '{"provider":"ec2","region":"eu-west-1"}', headers }))
      .status,
  ).toBe(404);
});

test("a wrong id is answered by the nearest of the backends, but not for a token that may not see them", async () => {
  await using server = await guardedServer();
  await seedBackend(server.app.catalogue, "one-eu");
  await createLocalRecord(server.app.catalogue).deleteBackend("one");
  const detailFor = async (token: string): Promise<unknown> =>
    (await server.ask("/backends/one/images", { headers: bearer(token) })).json.detail;

  expect(await detailFor(ADMIN)).toBe('no backend "one"; did you mean "one-eu"?');
  expect(await detailFor(LIMITED)).toBe("no such backend for this token");
});

test("without tokens, only loopback is listened to", async () => {
  await expect(startServer({ host: "0.0.0.0" })).rejects.toThrow("make a token first");
});

test("a token that has expired keeps the door shut; the last one that is removed opens it to this machine", async () => {
  await using server = await startServer();
  const { catalogue } = server.app;
  const hash = hashToken(READ).toString("hex");
  const token = { id: "old", hash, scope: "read", backends: null, createdAt: NOW, expiresAt: NOW } as const;
  const statuses = async (): Promise<number[]> => [
    (await server.ask("/backends")).status,
    (await server.ask("/backends", { headers: bearer(READ) })).status,
  ];

  expect(await statuses()).toEqual([200, 200]);
  await createLocalRecord(catalogue).insertAccessToken(token);
  expect(await statuses()).toEqual([401, 401]);
  await createLocalRecord(catalogue).deleteAccessToken("old");
  expect(await statuses()).toEqual([200, 200]);
});

test("a token that has expired does not let a server listen beyond loopback", async () => {
  using temporary = openTemporaryCatalogue();
  const hash = hashToken(READ).toString("hex");
  const token = { id: "old", hash, scope: "read", backends: null, createdAt: NOW, expiresAt: NOW } as const;
  await createLocalRecord(temporary).insertAccessToken(token);
  await expect(startServer({ host: "0.0.0.0", database: temporary.file })).rejects.toThrow("make a token");
});

async function guardedServer(): Promise<TestServer> {
  const { tokens } = readConfig(undefined, {
    IMAGEDEX_SECRET_KEY: "k".repeat(32),
    IMAGEDEX_TOKENS: `read:${READ} admin:${ADMIN} admin@one:${LIMITED}`,
  });
  const server = await startServer({ tokens });
  for (const [id, imageId] of [
    ["one", "ami-1"],
    ["two", "ami-2"],
  ] as const) {
    commitImages(server.app.catalogue, await seedBackend(server.app.catalogue, id), [image(imageId)]);
  }
  return server;
}

function bearer(token: string): Record<string, string> {
  return { authorization: `Bearer ${token}` };
}
