import { readFileSync } from "node:fs";
import { Agent, request } from "node:http";
import type { Corpus } from "./corpus.ts";
import { cpuTime } from "./cpu-time.ts";
import type { Bar } from "./measure.ts";
import { type SpawnedServer, spawnServer } from "./spawn-server.ts";

/** Of a round. */
export const REQUESTS = 4_000;
const CONNECTIONS = 16;
/** Of each server, in turn. The first ones compile, and do not count. */
const ROUNDS = 8;
const WARM_UP = 4;
const TOKEN = "a-token-of-the-bench-tests";

/** Requests of one round, by seconds of the server's CPU and of the clock. */
interface Rates {
  readonly cpu: number;
  readonly wall: number;
}

/** The same searches by two workers and by one process: what the second process costs. */
export async function benchWorkers(corpus: Corpus): Promise<Bar[]> {
  const path = `/backends/${corpus.regions[0]}/images?search_term=ubuntu+jammy+arm64&limit=50`;
  const open = await compare(corpus, path, {});
  const limited = await compare(corpus, path, { IMAGEDEX_TOKENS: `read:${TOKEN}`, IMAGEDEX_RATE_LIMIT: "9999999" });
  return [
    {
      what: "two workers: requests a CPU second, of one process",
      measured: open.cpu,
      bar: 0.8,
      atLeast: true,
    },
    {
      what: "two workers, with tokens and a limit that is counted together: requests a CPU second, of one process",
      measured: limited.cpu,
      bar: 0.8,
      atLeast: true,
    },
  ];
}

async function compare(corpus: Corpus, path: string, env: Record<string, string>): Promise<Rates> {
  await using one = await spawnServer(corpus.file, env);
  await using two = await spawnServer(corpus.file, { ...env, IMAGEDEX_WORKERS: "2" });
  const rates: [Rates, Rates][] = [];
  for (let round = 0; round < ROUNDS + WARM_UP; round++)
    rates.push([await measure(one, path), await measure(two, path)]);
  const counted = rates.slice(WARM_UP);
  const best = (at: 0 | 1): Rates => ({
    cpu: Math.max(...counted.map((round) => round[at].cpu)),
    wall: Math.max(...counted.map((round) => round[at].wall)),
  });
  const [alone, together] = [best(0), best(1)];
  const shown = ({ cpu, wall }: Rates): string =>
    `${Math.round(cpu)} requests a CPU second, ${Math.round(wall)} a second`;
  console.log(`one process: ${shown(alone)}; two workers: ${shown(together)}`);
  return { cpu: together.cpu / alone.cpu, wall: together.wall / alone.wall };
}

async function measure(server: SpawnedServer, path: string): Promise<Rates> {
  const [startedAt, before] = [performance.now(), cpuTimeOfTree(server)];
  await askOverConnections(`${server.url}${path}`);
  const [cpu, wall] = [cpuTimeOfTree(server) - before, performance.now() - startedAt];
  return { cpu: (REQUESTS / cpu) * 1000, wall: (REQUESTS / wall) * 1000 };
}

/** Asks for the same thing again and again, over some connections that are kept. Throws unless each answer is a 200. */
export async function askOverConnections(url: string): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const one = (): Promise<void> =>
    new Promise((resolve, reject) => {
      request(url, { agent, headers: { authorization: `Bearer ${TOKEN}` } }, (res) => {
        if (res.statusCode !== 200) reject(new Error(`${url} answered ${res.statusCode}`));
        res.resume().on("end", resolve).on("error", reject);
      })
        .on("error", reject)
        .end();
    });
  const lane = async (): Promise<void> => {
    for (let n = 0; n < REQUESTS / CONNECTIONS; n++) await one();
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, lane));
  agent.destroy();
}

/** In milliseconds: the process, and the workers that it started. */
function cpuTimeOfTree({ process: { pid = 0 } }: SpawnedServer): number {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ").filter(Boolean);
  return [pid, ...children.map(Number)].reduce((sum, one) => sum + cpuTime(one), 0);
}
