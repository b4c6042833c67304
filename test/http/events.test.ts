import { request } from "node:http";
import { expect, test } from "vitest";
import { openCatalogue } from "../../src/catalogue/file/open-catalogue.ts";
import { insertRun, updateRun } from "../../src/record/runs.ts";
import { sourcesOf } from "../../src/record/sources.ts";
import { commitImages, image, NOW, seedBackend } from "../catalogue/seed.ts";
import { startServer, type TestServer } from "./start-server.ts";

test("tells of what another process syncs: its progress, its end, and the images that are others then", async () => {
  await using server = await startServer();
  const { catalogue } = server.app;
  const backend = await seedBackend(catalogue, "one");
  commitImages(catalogue, backend, [image("ami-1")]);
  const heard = await listen(server);

  using other = openCatalogue(catalogue.file);
  const runId = insertRun(other, sourcesOf(other, "one")[0]?.id ?? 0, NOW);
  updateRun(other, runId, { state: "running", listed: 7 });
  await heard.until(/event: progress\ndata: \{"backends":\["one"\].*"phase":"running","listed":7,"expected":1\}/);
  updateRun(other, runId, { state: "failed", error: "no answer", finishedAt: NOW });
  await heard.until(/event: end\ndata: .*"state":"failed","error":"no answer"/);
  commitImages(other, backend, [image("ami-1"), image("ami-2")]);
  await heard.until(/event: catalogue\ndata: \{"backends":\["one"\]\}/);
});

test("tells who comes in the middle of a sync how far it is", async () => {
  await using server = await startServer();
  const { catalogue } = server.app;
  await seedBackend(catalogue, "one");
  await listen(server);
  const runId = insertRun(catalogue, sourcesOf(catalogue, "one")[0]?.id ?? 0, NOW);
  updateRun(catalogue, runId, { state: "running", listed: 3 });

  await (await listen(server)).until(/"phase":"running","listed":3/);
});

test("tells of backends that come and go, and not of stars", async () => {
  await using server = await startServer();
  const backend = await seedBackend(server.app.catalogue, "one");
  commitImages(server.app.catalogue, backend, [image("ami-1")]);
  const heard = await listen(server);

  await server.ask("/backends/one/images/ami-1", { method: "POST" });
  // Whoever comes makes the server look for news.
  await listen(server);
  await server.ask("/backends/one", { method: "DELETE" });
  await heard.until(/event: catalogue/);

  expect(heard.received().match(/event: catalogue/g)).toHaveLength(1);
});

test("ends when the server stops, and takes no more listeners than it can bear", async () => {
  const server = await startServer();
  const many = await Promise.all(Array.from({ length: 100 }, () => listen(server)));

  expect((await server.ask("/events")).status).toBe(503);
  await server[Symbol.asyncDispose]();
  // Nobody hangs: else the test does.
  await Promise.all(many.map(({ ended }) => ended));
});

test("answers HEAD and goes", async () => {
  await using server = await startServer();
  const { status, headers } = await server.ask("/events", { method: "HEAD" });
  expect([status, headers["content-type"]]).toEqual([200, "text/event-stream; charset=utf-8"]);
});

interface Heard {
  readonly ended: Promise<void>;
  received(): string;
  until(pattern: RegExp): Promise<void>;
}

async function listen({ server }: TestServer): Promise<Heard> {
  return new Promise((resolve, reject) => {
    const req = request(`${server.url}/events`, (res) => {
      let received = "";
      let look = (): void => {};
      res.setEncoding("utf8").on("data", (piece: string) => {
        received += piece;
        look();
        resolve(heard);
      });
      const ended = new Promise<void>((end) => res.once("close", end));
      const heard: Heard = {
        ended,
        received: () => received,
        until: (pattern) =>
          new Promise((done) => {
            look = () => pattern.test(received) && done();
            look();
          }),
      };
    });
    req.on("error", reject).end();
  });
}
