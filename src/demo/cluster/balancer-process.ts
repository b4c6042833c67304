import { parseArgs } from "node:util";
import { z } from "zod";
import { nameSourceLines } from "../../source-lines.ts";
import { startBalancer } from "./balancer.ts";

/*
 * The balancer as a process of its own:
 *
 *   node balancer-process.ts --port 0 --nodes '[{"name":"node 1","url":"http://127.0.0.1:8081"}]'
 *
 * Says where it listens in one JSON line. The end of standard input ends it.
 */

nameSourceLines();
const { values } = parseArgs({
  options: { nodes: { type: "string", default: "[]" }, port: { type: "string", default: "0" } },
});
const nodes = z.array(z.object({ name: z.string(), url: z.url() }));
void run();

async function run(): Promise<void> {
  const balancer = await startBalancer(nodes.parse(JSON.parse(values.nodes)), Number(values.port));
  process.stdout.write(`${JSON.stringify({ url: balancer.url })}\n`);
  process.stdin.resume();
  process.stdin.once("close", () => void balancer[Symbol.asyncDispose]());
}
