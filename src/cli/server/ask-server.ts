import { z } from "zod";
import type { Config } from "../../config.ts";
import { BadRequestError, CommandError, ConfigError, NotFoundError } from "../../errors.ts";

/** A running server, which commands may ask instead of reading a catalogue of their own. */
export interface AskedServer {
  /** Asks with a JSON body (then by POST) or without; resolves to the JSON of a 200. Rejects with an error that says why not. */
  ask(path: string, body?: unknown): Promise<ServerAnswer>;
}

export interface ServerAnswer {
  readonly json: unknown;
  readonly headers: Headers;
}

const TIMEOUT_MS = 60_000;

const problem = z.object({ detail: z.string() });

/** The server at a URL, with the token of the settings. Throws ConfigError for what is no URL of a server. */
export function createAskedServer(url: string, { token }: Pick<Config, "token">): AskedServer {
  const base = URL.parse(url);
  if (!base || !/^https?:$/.test(base.protocol) || base.username || base.search || base.hash)
    throw new ConfigError(`--server ${url}: expected a URL such as https://imagedex.example.org`);
  const root = base.href.replace(/\/$/, "");
  return {
    async ask(path, body) {
      const response = await send(`${root}${path}`, token, body);
      const text = await response.text();
      if (response.ok) return { json: parse(text, root), headers: response.headers };
      const { detail } = problem.safeParse(parseLoosely(text)).data ?? { detail: `answered ${response.status}` };
      if (response.status === 401 && token === undefined)
        throw new ConfigError(`${root} asks for a token; set IMAGEDEX_TOKEN`);
      if (response.status === 401) throw new ConfigError(`${root} does not know the token in IMAGEDEX_TOKEN`);
      if (response.status === 400) throw new BadRequestError(detail);
      if (response.status === 404) throw new NotFoundError(detail);
      throw new CommandError(`${root}: ${detail}`);
    },
  };
}

async function send(url: string, token: string | undefined, body: unknown): Promise<Response> {
  try {
    return await fetch(url, {
      method: body === undefined ? "GET" : "POST",
      headers: {
        accept: "application/json",
        ...(body !== undefined && { "content-type": "application/json" }),
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      // The token is for this server alone.
      redirect: "error",
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
  } catch (cause) {
    const why = cause instanceof Error ? causeOf(cause) : String(cause);
    throw new CommandError(`${url} does not answer: ${why}`, { cause });
  }
}

/** fetch says only that it failed; its cause says why. */
function causeOf(error: Error): string {
  return error.cause instanceof Error && error.cause.message !== "" ? error.cause.message : error.message;
}

function parse(text: string, root: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new CommandError(`${root} does not answer as an imagedex server does`, { cause });
  }
}

function parseLoosely(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
