import { spawn } from "node:child_process";
import type { Readable } from "node:stream";
import { CommandError } from "../../errors.ts";
import { endChild, findLine } from "../spawn-script.ts";

/** A server that is a node of the demo's cluster, in a process of its own. */
export interface SpawnedNode extends AsyncDisposable {
  readonly name: string;
  readonly pid: number;
  readonly url: string;
}

interface NodeStart {
  readonly name: string;
  /** The program's own script. */
  readonly program: string;
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
}

/** What a node logs as an error or worse. */
const TROUBLE = /"level":[56]0/;

/** Starts `imagedex serve`; throws when it ends before it listens. It ends with this process, however that ends. */
export async function spawnNode({ name, program, folder, env }: NodeStart): Promise<SpawnedNode> {
  // Nothing of the user's own environment: their settings are not the demo's.
  const child = spawn(process.execPath, [program, "--end-with-parent", "serve"], {
    cwd: folder,
    env: { HOME: folder, ...env },
    stdio: ["ignore", "ignore", "pipe"],
    // Ctrl-C is for the demo, which ends the others in order.
    detached: true,
  });
  const url = await readUrl(name, child.stderr);
  return {
    name,
    pid: child.pid ?? 0,
    url,
    async [Symbol.asyncDispose]() {
      const ended = endChild(child, "SIGTERM");
      // One that somebody has stopped hears nothing before it goes on.
      child.kill("SIGCONT");
      await ended;
    },
  };
}

async function readUrl(name: string, log: Readable): Promise<string> {
  let said = "";
  const url = await findLine(log, (line) => {
    if (said === "" || TROUBLE.test(line)) said = line;
    return /"url":"(http[^"]+)"/.exec(line)?.[1];
  });
  if (url === undefined) throw new CommandError(`${name} ended: ${said}`);
  return url;
}
