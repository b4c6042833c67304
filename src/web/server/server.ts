import type { Query } from "./answers.ts";
import { listenUntilSilent, type Listening } from "./listen-until-silent.ts";
import { searchOf } from "./search-of.ts";

/** The server's problem (RFC 9457), or no answer at all (status 0). */
export class ServerProblem extends Error {
  override readonly name = "ServerProblem";
  readonly status: number;
  /** The parameter or field at fault. */
  readonly parameter: string | undefined;
  /** How far the first listing is, where there is no answer yet. */
  readonly progress: readonly SourceProgress[];
  /** What is not listed, where an answer would not be certain. */
  readonly missing: readonly MissingSourceJson[];
  /** When what failed is tried again. */
  readonly nextTry: string | null;
  /** Seconds until the server may be asked again. */
  readonly retryAfter: number | undefined;

  constructor(detail: string, status: number, more: Partial<ProblemBody> = {}, retryAfter?: number) {
    super(detail);
    this.status = status;
    this.parameter = more.parameter;
    this.progress = more.progress ?? [];
    this.missing = more.missing ?? [];
    this.nextTry = more.next_try ?? null;
    this.retryAfter = retryAfter;
  }
}

export interface SourceProgress {
  readonly source: string;
  readonly phase: string;
  readonly listed: number;
  /** Why the last try failed. */
  readonly error?: string;
}

export interface MissingSourceJson {
  readonly source: string;
  readonly code: string;
  readonly reason: string;
}

interface ProblemBody {
  readonly detail: string;
  readonly parameter?: string;
  readonly progress?: readonly SourceProgress[];
  readonly missing?: readonly MissingSourceJson[];
  readonly next_try?: string | null;
}

export interface ServerAnswer<T> {
  readonly body: T;
  readonly headers: Headers;
}

/**
 * The server that this page came from. Both are of one build, so answers are not checked. Everything rejects with ServerProblem
 * or AbortError.
 */
export interface Server {
  get<T>(path: string, query?: Query, signal?: AbortSignal): Promise<ServerAnswer<T>>;
  send<T>(method: "POST" | "PUT" | "DELETE", path: string, body?: unknown): Promise<T>;
  /** News, until either side closes the connection, or nothing was heard for long. */
  listen(listening: Listening): Promise<void>;
  /** Logs in: the server gives this browser a cookie that no script can read; the token is not kept. */
  logIn(token: string): Promise<void>;
  logOut(): Promise<void>;
}

/** `denied` is called whenever the server asks for a token, or for another one. */
export function createServer(denied: () => void): Server {
  const ask = async (path: string, options: RequestInit): Promise<Response> => {
    const response = await fetch(path, options).catch((error: unknown) => {
      if (error instanceof DOMException && error.name === "AbortError") throw error;
      throw new ServerProblem("The server does not answer.", 0);
    });
    if (!response.ok) throw await problemOf(response);
    return response;
  };
  const request = (path: string, options: RequestInit): Promise<Response> =>
    ask(path, options).catch((error: unknown) => {
      if (error instanceof ServerProblem && error.status === 401) denied();
      throw error;
    });
  return {
    async get<T>(path: string, query: Query = {}, signal?: AbortSignal) {
      const search = searchOf(query).toString();
      // The browser's cache is slower than the server.
      const options: RequestInit = { cache: "no-store", ...(signal && { signal }) };
      const response = await request(search === "" ? path : `${path}?${search}`, options);
      const body: T = await response.json();
      return { body, headers: response.headers };
    },
    async send<T>(method: string, path: string, body?: unknown) {
      const response = await request(path, { method, ...(body !== undefined && { body: JSON.stringify(body) }) });
      const text = await response.text();
      const answer: T = text === "" ? undefined : JSON.parse(text);
      return answer;
    },
    listen: (listening) => listenUntilSilent((signal) => request("/events", { signal }), listening),
    async logIn(token) {
      await ask("/session", { method: "POST", body: JSON.stringify({ token }) });
    },
    async logOut() {
      await ask("/session", { method: "DELETE" });
      denied();
    },
  };
}

async function problemOf(response: Response): Promise<ServerProblem> {
  const text = await response.text();
  const { status, statusText, headers } = response;
  const retryAfter = Number(headers.get("Retry-After")) || undefined;
  try {
    const problem: ProblemBody = JSON.parse(text);
    return new ServerProblem(problem.detail, status, problem, retryAfter);
  } catch {
    return new ServerProblem(`The server answered ${status} ${statusText}.`, status, {}, retryAfter);
  }
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Whether a request was given up because a newer one took its place. */
export function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === "AbortError";
}

/** Statuses after which the same request may succeed: no answer, too many requests, a server or proxy that is not ready. */
const PASSING: ReadonlySet<number> = new Set([0, 408, 429, 502, 503, 504]);
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 10_000;

/**
 * How long to wait before asking again after a problem, in ms; undefined if that would not help. `tries`: failed ones so far.
 */
export function retryDelay(problem: ServerProblem, tries: number): number | undefined {
  if (!PASSING.has(problem.status)) return undefined;
  const wait = problem.retryAfter === undefined ? FIRST_WAIT_MS * 2 ** tries : problem.retryAfter * 1_000;
  return Math.min(Math.max(wait, FIRST_WAIT_MS), LONGEST_WAIT_MS);
}
