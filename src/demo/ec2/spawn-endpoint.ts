import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { extname } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { CommandError } from "../../errors.ts";
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
  const script = fileURLToPath(new URL(`./endpoint-process${extname(import.meta.filename)}`, import.meta.url));
  const args = Object.entries(options).map(([name, value]) => `--${name}=${value}`);
  const child = spawn(process.execPath, [script, ...args], {
    stdio: ["pipe", "pipe", "inherit"],
    // Ctrl-C in a terminal goes to a whole process group: this one ends after its parent, with its standard input.
    detached: true,
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const first = await lines.next();
  if (first.done) throw new CommandError("the demo's endpoint ended before it listened");
  const command = async (asked: object): Promise<void> => {
    child.stdin.write(`${JSON.stringify(asked)}\n`);
    await lines.next();
  };
  return {
    ...started.parse(JSON.parse(first.value)),
    churn: (churn) => command({ churn }),
    misbehave: (plan) => command({ misbehave: plan ?? null }),
    [Symbol.asyncDispose]: () => end(child),
  };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  child.stdin?.end();
  child.kill();
  await exited;
}
