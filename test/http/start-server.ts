import { request, type IncomingHttpHeaders } from "node:http";
import { text } from "node:stream/consumers";
import { type App, type AppTuning, createApp, type RunningServer, serve } from "../../src/app.ts";
import type { Config } from "../../src/config.ts";
import { createLog } from "../../src/log.ts";
import { openTemporaryCatalogue } from "../catalogue/seed.ts";

/** A whole server on a port of its own, over an empty catalogue. */
export interface TestServer extends AsyncDisposable {
  readonly app: App;
  readonly server: RunningServer;
  readonly config: Config;
  /** Asks, with a body on any method, which fetch would not send on GET. */
  ask(path: string, options?: AskOptions): Promise<Answer>;
}

export interface AskOptions {
  readonly method?: string;
  readonly body?: string;
  readonly headers?: Record<string, string>;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  // oxlint-disable-next-line typescript/no-explicit-any -- tests say what they expect of it
  readonly json: any;
}

/** The settings of a test's server, on a port of its own. */
export function settingsOf(overrides: Pick<Config, "database"> & Partial<Config>): Config {
  return {
    host: "127.0.0.1",
    port: 0,
    workers: 1,
    syncCron: "0 0 1 1 *",
    probeInterval: 0,
    maxShrink: 0.2,
    keepChanges: 90,
    keepRetired: 400,
    tokens: [],
    rateLimit: undefined,
    corsOrigins: [],
    trustedProxies: [],
    secretKey: "a passphrase of the tests, long enough to be one",
    logLevel: "silent",
    allowLinkLocal: false,
    ...overrides,
  };
}

export async function startServer(overrides: Partial<Config> = {}, tuning: AppTuning = {}): Promise<TestServer> {
  const temporary = openTemporaryCatalogue();
  const config = settingsOf({ database: temporary.file, ...overrides });
  const log = createLog(config.logLevel);
  const app = createApp(config, log, tuning);
  const server = await serve(app, config, log);
  return {
    app,
    server,
    config,
    ask: (path, options) => ask(server.url, path, options),
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await app[Symbol.asyncDispose]();
      temporary[Symbol.dispose]();
    },
  };
}

/** Asks the server at `base`. */
export async function ask(
  base: string,
  path: string,
  { method = "GET", body, headers = {} }: AskOptions = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const length = body === undefined ? {} : { "content-length": String(Buffer.byteLength(body)) };
    const { hostname, port } = new URL(base);
    // The path as it is: a URL would be tidied first.
    const req = request({ hostname, port, path, method, headers: { ...length, ...headers } }, (res) => {
      text(res).then((received) => {
        const isJson =
          /[/+]json\b/.test(res.headers["content-type"] ?? "") && !res.headers["content-encoding"] && received !== "";
        resolve({
          status: res.statusCode ?? 0,
          headers: res.headers,
          text: received,
          json: isJson ? JSON.parse(received) : undefined,
        });
      }, reject);
    });
    req.on("error", reject).end(body);
  });
}
