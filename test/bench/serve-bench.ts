import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { createReadStream, rmSync, writeFileSync } from "node:fs";
import { Agent, createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { listeningUrl } from "../cli/run-imagedex.ts";
import type { Corpus } from "./corpus.ts";
import { cpuTime } from "./cpu-time.ts";
import { type Bar, medianOf, mediansInTurn } from "./measure.ts";
import { spawnServer, stop } from "./spawn-server.ts";
import { askOverConnections, benchWorkers, REQUESTS } from "./workers-bench.ts";

/** Of each server, in turn. The first ones compile, and do not count. */
const ROUNDS = 9;
const WARM_UP = 3;
const STARTS = 5;
const PAGE = "?search_term=ubuntu+jammy+arm64&limit=50";

/** The server as a process of its own: its start, searches over HTTP, and the whole list. */
export async function benchServe(corpus: Corpus): Promise<Bar[]> {
  const path = `/backends/${corpus.regions[0]}/images`;
  const start = await measureStart(corpus.file, `${path}${PAGE}`);
  await using server = await spawnServer(corpus.file);
  const url = `${server.url}${path}`;
  const page = await fetchText(`${url}${PAGE}`);
  const [search, route] = await withRoute(page, (plain) => ratesInTurn([`${url}${PAGE}`, plain]));
  const [list, file] = await listRates(url);
  const wait = await longestWait(url, `${server.url}/healthz`);
  const unchanged = await notModifiedTime(url);
  console.log(
    `first answer ${start.wall.toFixed(2)} s after process start, ${start.cpu.toFixed(2)} CPU s (less what Node.js alone takes); search ${Math.round(search)} requests/s, route ${Math.round(route)}; list ${Math.round(list)} MB/s, file ${Math.round(file)} MB/s; others wait at most ${wait.toFixed(0)} ms meanwhile; 304 in ${unchanged.toFixed(2)} ms`,
  );
  return [
    {
      what: "HTTP search: of an Express route that sends the same bytes",
      measured: search / route,
      bar: 0.85,
      atLeast: true,
    },
    {
      what: "whole list: of node:http streaming the same bytes from a file",
      measured: list / file,
      bar: 0.7,
      atLeast: true,
    },
    { what: "start: seconds to the first answer, beyond Node.js", measured: start.wall, bar: 0.8, atLeast: false },
    { what: "start: CPU seconds to the first answer, beyond Node.js", measured: start.cpu, bar: 0.45, atLeast: false },
    { what: "304 for the whole list, ms", measured: unchanged, bar: 1, atLeast: false },
    ...(await benchWorkers(corpus)),
  ];
}

/** Seconds. */
interface StartTime {
  readonly wall: number;
  readonly cpu: number;
}

/** From process start to the first answer, less what Node.js takes that does nothing: medians of some starts. */
async function measureStart(file: string, path: string): Promise<StartTime> {
  const starts: StartTime[] = [];
  for (let n = 0; n < STARTS; n++) {
    const idle = startOfNode();
    const startedAt = performance.now();
    await using server = await spawnServer(file);
    await fetchText(`${server.url}${path}`);
    const wall = (performance.now() - startedAt) / 1000;
    starts.push({ wall: wall - idle.wall, cpu: cpuTime(server.process.pid ?? 0) / 1000 - idle.cpu });
  }
  return { wall: medianOf(starts.map(({ wall }) => wall)), cpu: medianOf(starts.map(({ cpu }) => cpu)) };
}

function startOfNode(): StartTime {
  const startedAt = performance.now();
  const { stdout } = spawnSync(process.execPath, ["-p", "process.cpuUsage().user + process.cpuUsage().system"]);
  return { wall: (performance.now() - startedAt) / 1000, cpu: Number(stdout.toString()) / 1e6 };
}

/** From a question whose answer did not change to its 304, one after the other on a connection that is kept. */
async function notModifiedTime(url: string): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const etag = (await fetch(url, { method: "HEAD" })).headers.get("etag") ?? "";
  const times: number[] = [];
  for (let n = 0; n < REQUESTS; n++) {
    const startedAt = performance.now();
    const status = await new Promise<number | undefined>((resolve, reject) => {
      request(url, { agent, headers: { "if-none-match": etag } }, (res) =>
        res.resume().on("end", () => resolve(res.statusCode)),
      )
        .on("error", reject)
        .end();
    });
    if (status !== 304) throw new Error(`${url} answered ${status}; expected 304`);
    times.push(performance.now() - startedAt);
  }
  agent.destroy();
  return medianOf(times);
}

/** The same bytes from memory, by Express. */
async function withRoute<T>(body: string, measure: (url: string) => Promise<T>): Promise<T> {
  const script = `import express from "express";const app=express();const body=${JSON.stringify(body)};
    app.get("/",(q,r)=>r.type("application/json").send(body));const s=app.listen(0,"127.0.0.1",()=>console.error(JSON.stringify({url:"http://127.0.0.1:"+s.address().port+"/"})));`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script], { stdio: ["ignore", "ignore", "pipe"] });
  try {
    return await measure(await listeningUrl(child));
  } finally {
    await stop(child);
  }
}

/** Requests a second over some connections that are kept: of each address the median of rounds, which take turns. */
async function ratesInTurn(urls: readonly [string, string]): Promise<[number, number]> {
  // Servers compile what they do often: their first requests are not what a second one costs.
  for (let n = 0; n < WARM_UP; n++) for (const url of urls) await askOverConnections(url);
  const times = await mediansInTurn(urls, askOverConnections, ROUNDS);
  const rateOf = (url: string): number => (REQUESTS / (times.get(url) ?? Number.NaN)) * 1000;
  return [rateOf(urls[0]), rateOf(urls[1])];
}

/** The whole list, and the same bytes from a file, in turn: MB a second each, the median of rounds. */
async function listRates(url: string): Promise<[number, number]> {
  const file = join(process.env["TMPDIR"] ?? "/tmp", `imagedex-bench-${process.pid}.json`);
  writeFileSync(file, await fetchText(url));
  const server = createServer((_req, res) => void pipeline(createReadStream(file), res));
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  const rates: [number, number][] = [];
  for (let round = 0; round < ROUNDS; round++)
    rates.push([await drainRate(url), await drainRate(`http://127.0.0.1:${port}/`)]);
  server.close();
  rmSync(file);
  return [medianOf(rates.map(([list]) => list)), medianOf(rates.map(([, plain]) => plain))];
}

/** How long a small question waits at most while the whole list is sent, in milliseconds. */
async function longestWait(url: string, smallUrl: string): Promise<number> {
  let isSending = true;
  const sent = drainRate(url).finally(() => (isSending = false));
  let longest = 0;
  while (isSending) {
    const startedAt = performance.now();
    await fetchText(smallUrl);
    longest = Math.max(longest, performance.now() - startedAt);
  }
  await sent;
  return longest;
}

async function drainRate(url: string): Promise<number> {
  const startedAt = performance.now();
  const bytes = await new Promise<number>((resolve, reject) => {
    request(url, (res) => {
      let received = 0;
      res
        .on("data", (chunk: Buffer) => (received += chunk.length))
        .on("end", () => resolve(received))
        .on("error", reject);
    })
      .on("error", reject)
      .end();
  });
  return bytes / 1e6 / ((performance.now() - startedAt) / 1000);
}

async function fetchText(url: string): Promise<string> {
  const response = await fetch(url, { headers: { "accept-encoding": "identity" } });
  return response.text();
}
