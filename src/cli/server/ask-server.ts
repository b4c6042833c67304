import { z } from "zod";
import type { Config } from "../../config.ts";
import { BadRequestError, CommandError, ConfigError, NotFoundError } from "../../errors.ts";
import type { AgentAnswer } from "../../http/mcp/agent-api.ts";
import type { AskedApi } from "./asked-api.ts";

const TIMEOUT_MS = 60_000;

const problem = z.object({ detail: z.string() });

/** A running server that can be asked, and changed. */
export interface AskedServer extends AskedApi {
  /**
   * Asks for a change. Resolves to the JSON of the answer, undefined where it has none. Rejects with an error that says why it was
   * refused.
   */
  change(method: "POST" | "PUT" | "DELETE", path: string, body?: object): Promise<unknown>;
}

/** The server at a URL, with the token of the settings. Throws ConfigError for what is no URL of a server. */
export function createAskedServer(url: string, { token }: Pick<Config, "token">): AskedServer {
  const base = URL.parse(url);
  if (!base || !/^https?:$/.test(base.protocol) || base.username || base.search || base.hash)
    throw new ConfigError(`--server ${url}: expected a URL such as http://localhost:8080`);
  const root = base.href.replace(/\/$/, "");
  const answerTo = async (method: string, path: string, body: unknown): Promise<AgentAnswer> => {
    const response = await send(method, `${root}${path}`, token, body);
    const text = await response.text();
    return {
      status: response.status,
      text,
      json: parse(text),
      header: (name) => response.headers.get(name) ?? undefined,
    };
  };
  const accepted = (answer: AgentAnswer): AgentAnswer => {
    const { status } = answer;
    // A successful answer of an imagedex server is JSON, has the catalogue's state in its headers, or is 204.
    const isOurs = answer.json !== undefined || answer.header("x-catalogue-state") !== undefined || status === 204;
    if (status >= 200 && status < 300 && isOurs) return answer;
    throw refusalOf(root, status, problem.safeParse(answer.json).data?.detail, token);
  };
  const ask: AskedApi["ask"] = async (path, body) => answerTo(body === undefined ? "GET" : "POST", path, body);
  return {
    ask,
    read: async (path, body) => accepted(await ask(path, body)),
    change: async (method, path, body) => accepted(await answerTo(method, path, body)).json,
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

/** What a status means for the command that asked. */
function refusalOf(root: string, status: number, detail: string | undefined, token: string | undefined): Error {
  if (status === 401 && token === undefined) return new ConfigError(`${root} asks for a token; set IMAGEDEX_TOKEN`);
  if (status === 401) return new ConfigError(`${root} does not know the token in IMAGEDEX_TOKEN`);
  if (detail === undefined) return new CommandError(`${root} does not answer as an imagedex server does (${status})`);
  if (status === 400) return new BadRequestError(detail);
  if (status === 404 && detail.startsWith("no such path"))
    return new ConfigError(`--server ${root}: not the address of an imagedex server of this version: ${detail}`);
  if (status === 404) return new NotFoundError(detail);
  return new CommandError(`${root}: ${detail}${status === 503 ? " (--partial shows what there is)" : ""}`);
}

async function send(method: string, url: string, token: string | undefined, body: unknown): Promise<Response> {
  try {
    return await fetch(url, {
      method,
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
