import { z } from "zod";
import type { Config } from "../../config.ts";
import { BadRequestError, CommandError, ConfigError, NotFoundError } from "../../errors.ts";
import type { AskedApi } from "./asked-api.ts";

const TIMEOUT_MS = 60_000;

const problem = z.object({ detail: z.string() });

/** The server at a URL, with the token of the settings. Throws ConfigError for what is no URL of a server. */
export function createAskedServer(url: string, { token }: Pick<Config, "token">): AskedApi {
  const base = URL.parse(url);
  if (!base || !/^https?:$/.test(base.protocol) || base.username || base.search || base.hash)
    throw new ConfigError(`--server ${url}: expected a URL such as https://imagedex.example.org`);
  const root = base.href.replace(/\/$/, "");
  const ask: AskedApi["ask"] = async (path, body) => {
    const response = await send(`${root}${path}`, token, body);
    const text = await response.text();
    return {
      status: response.status,
      text,
      json: parse(text),
      header: (name) => response.headers.get(name) ?? undefined,
    };
  };
  return {
    ask,
    async read(path, body) {
      const answer = await ask(path, body);
      const { status } = answer;
      // Every answer of an imagedex server that is no problem says how old the catalogue is, or is JSON.
      const isOurs = answer.json !== undefined || answer.header("x-catalogue-state") !== undefined;
      if (status >= 200 && status < 300 && isOurs) return answer;
      throw refusalOf(root, status, problem.safeParse(answer.json).data?.detail, token);
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

/** What a status means for the command that asked. */
function refusalOf(root: string, status: number, detail: string | undefined, token: string | undefined): Error {
  if (status === 401 && token === undefined) return new ConfigError(`${root} asks for a token; set IMAGEDEX_TOKEN`);
  if (status === 401) return new ConfigError(`${root} does not know the token in IMAGEDEX_TOKEN`);
  if (detail === undefined) return new CommandError(`${root} does not answer as an imagedex server does (${status})`);
  if (status === 400) return new BadRequestError(detail);
  if (status === 404) return new NotFoundError(detail);
  return new CommandError(`${root}: ${detail}${status === 503 ? " (--partial shows what there is)" : ""}`);
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

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
