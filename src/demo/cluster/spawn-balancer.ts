import { extname } from "node:path";
import { z } from "zod";
import { spawnScript } from "../spawn-script.ts";
import type { BalancedNode, Balancer } from "./balancer.ts";

const started = z.object({ url: z.string() });

/** Starts the balancer in a process of its own; throws when it ends before it listens. */
export async function spawnBalancer(nodes: readonly BalancedNode[], port: number): Promise<Balancer> {
  const script = new URL(`./balancer-process${extname(import.meta.filename)}`, import.meta.url);
  const child = await spawnScript(script, {
    port: String(port),
    nodes: JSON.stringify(nodes.map(({ name, url }) => ({ name, url }))),
  });
  return { ...started.parse(JSON.parse(child.first)), [Symbol.asyncDispose]: () => child[Symbol.asyncDispose]() };
}
