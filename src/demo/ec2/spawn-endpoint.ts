import { extname } from "node:path";
import { z } from "zod";
import { spawnScript } from "../spawn-script.ts";
import type { SimpleFault } from "./faults.ts";

const started = z.object({
  url: z.string(),
  regions: z.array(z.string()),
  accessKeyId: z.string(),
  secretAccessKey: z.string(),
  account: z.string(),
});

/** A local EC2 in a process of its own, and how to reach it. */
export interface SpawnedEndpoint extends z.infer<typeof started>, AsyncDisposable {
  /** Adds, removes and changes a share of every region's images. */
  churn(options: { readonly share: number; readonly seed: number; readonly at?: string }): Promise<void>;
  /** From now on every `nth` request goes wrong, each time another way; without a plan, none does. */
  misbehave(plan?: { readonly nth: number; readonly faults: readonly SimpleFault[] }): Promise<void>;
}

/** Starts the endpoint with arguments of endpoint-process.ts; throws when it ends before it listens. */
export async function spawnEndpoint(options: Readonly<Record<string, string>>): Promise<SpawnedEndpoint> {
  const script = new URL(`./endpoint-process${extname(import.meta.filename)}`, import.meta.url);
  const child = await spawnScript(script, options);
  const command = async (asked: object): Promise<void> => {
    child.stdin.write(`${JSON.stringify(asked)}\n`);
    await child.lines.next();
  };
  return {
    ...started.parse(JSON.parse(child.first)),
    churn: (churn) => command({ churn }),
    misbehave: (plan) => command({ misbehave: plan ?? null }),
    [Symbol.asyncDispose]: () => child[Symbol.asyncDispose](),
  };
}
