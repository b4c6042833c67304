import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, watch } from "node:fs";
import { dirname } from "node:path";
import { Agent, request } from "undici";

/** A program that answers HTTP at a Unix socket. */
export interface SocketService extends AsyncDisposable {
  /** A request and its answer's JSON; null where there is none. Throws for anything but 2xx. */
  ask(method: "GET" | "POST" | "PUT" | "PATCH", path: string, sent?: Sent): Promise<unknown>;
}

interface Sent {
  readonly json?: unknown;
  readonly body?: Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
}

interface Started {
  readonly program: string;
  readonly args: readonly string[];
  readonly socket: string;
  readonly env?: NodeJS.ProcessEnv;
}

/** Starts a program and waits until it has made its socket. */
export async function startSocketService({ program, args, socket, env = {} }: Started): Promise<SocketService> {
  const child = spawn(program, args, { env: { ...process.env, ...env }, stdio: ["ignore", "ignore", "pipe"] });
  const ended = once(child, "exit");
  let log = "";
  child.stderr.on("data", (chunk: Buffer) => (log = (log + chunk.toString()).slice(-4_000)));
  await new Promise<void>((resolve, reject) => {
    const watcher = watch(dirname(socket), () => look());
    const look = (): void => {
      if (!existsSync(socket)) return;
      watcher.close();
      resolve();
    };
    child.once("exit", () => {
      watcher.close();
      reject(new Error(`${program} ended at once: ${log}`));
    });
    look();
  });
  const agent = new Agent({ connect: { socketPath: socket }, pipelining: 0 });
  return {
    async ask(method, path, { json, body, headers } = {}) {
      const response = await request(`http://localhost${path}`, {
        dispatcher: agent,
        method,
        headers: { ...(json !== undefined && { "content-type": "application/json" }), ...headers },
        ...(json !== undefined && { body: JSON.stringify(json) }),
        ...(body !== undefined && { body }),
      });
      const said = await response.body.text();
      if (response.statusCode > 299) throw new Error(`${method} ${path}: ${response.statusCode} ${said}`);
      return said.startsWith("{") || said.startsWith("[") ? (JSON.parse(said.split("\n")[0] ?? "") as unknown) : null;
    },
    async [Symbol.asyncDispose]() {
      await agent.destroy();
      child.kill();
      await ended;
    },
  };
}
