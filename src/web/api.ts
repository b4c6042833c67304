/** An image as lists show it, with `fields=extended`. */
export interface Entry {
  readonly backend_id?: string;
  readonly star: boolean;
  readonly id: string;
  readonly name: string;
  readonly extra: Readonly<Record<string, unknown>>;
  readonly publisher: string | null;
  readonly trust: string;
  readonly family: string;
  readonly latest: boolean;
  readonly deprecated_at: string | null;
}

/** A fact of `extra` that is plain text or a number. */
export function factOf({ extra }: Pick<Entry, "extra">, name: string): string | undefined {
  const value = extra[name];
  return typeof value === "string" || typeof value === "number" ? String(value) : undefined;
}

export interface Backend {
  readonly id: string;
  readonly title: string;
  readonly provider: string;
  readonly region: string | null;
  readonly apiurl: string | null;
  readonly tenant_name: string | null;
  readonly enabled: boolean;
  readonly state: string;
  readonly image_count: number;
  readonly last_sync: string | null;
}

export interface Provider {
  readonly name: string;
  readonly title: string;
  readonly lists: string;
  readonly fields: readonly { readonly name: string; readonly holds: string; readonly required: boolean }[];
}

export interface ImageStory extends Omit<Entry, "backend_id" | "deprecated_at"> {
  readonly first_seen: string;
  readonly last_seen: string;
  readonly retired_at: string | null;
}

export interface RegionalImage {
  readonly backend_id: string;
  readonly region: string | null;
  readonly image_id: string;
  readonly name: string;
  readonly created_at: string | null;
}

export interface BackendCheck {
  readonly ok: boolean;
  readonly sources: readonly {
    readonly source: string;
    readonly images: number | null;
    readonly error: string | null;
  }[];
}

export type FacetCounts = Readonly<Record<string, readonly { readonly value: string; readonly count: number }[]>>;

/** What the server said instead of an answer. */
export class Refusal extends Error {
  readonly status: number;
  /** Of a catalogue that is not there yet. */
  readonly progress: readonly { readonly source: string; readonly phase: string; readonly listed: number }[];

  constructor(status: number, detail: string, progress: Refusal["progress"]) {
    super(detail);
    this.status = status;
    this.progress = progress;
  }
}

const TOKEN = "imagedex-token";

/** Kept for this tab only. */
export function setToken(token: string): void {
  sessionStorage.setItem(TOKEN, token);
}

export interface AskOptions {
  readonly method?: string;
  readonly body?: unknown;
  readonly signal?: AbortSignal;
}

/** Asks the server. Throws Refusal for whatever is no answer, and AbortError when it is given up. */
export async function ask(path: string, { method = "GET", body, signal }: AskOptions = {}): Promise<Response> {
  const token = sessionStorage.getItem(TOKEN);
  const response = await fetch(path, {
    method,
    headers: {
      ...(token && { Authorization: `Bearer ${token}` }),
      ...(body !== undefined && { "Content-Type": "application/json" }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    ...(signal && { signal }),
  });
  if (response.ok) return response;
  const problem: { detail?: string; progress?: Refusal["progress"] } = await response.json().catch(() => ({}));
  throw new Refusal(response.status, problem.detail ?? response.statusText, problem.progress ?? []);
}

/** The same, read as JSON. */
export async function askJson<T>(path: string, options?: AskOptions): Promise<T> {
  return (await ask(path, options)).json();
}

export function imagePath(backend: string, id: string): string {
  return `/backends/${encodeURIComponent(backend)}/images/${id.split("/").map(encodeURIComponent).join("/")}`;
}

/** A sync's progress or end, as the server sends it. */
export interface SyncEvent {
  readonly kind: "progress" | "end";
  readonly run: number;
  readonly source: string;
  readonly backends: readonly string[];
  readonly phase?: string;
  readonly listed?: number;
  readonly state?: string;
  readonly error?: string | null;
}

const RECONNECT_MS = 3000;

/** Listens to syncs until told to stop. Not by EventSource, which cannot send a token. */
export function listen(hear: (event: SyncEvent) => void): () => void {
  const gone = new AbortController();
  const read = async (): Promise<void> => {
    const response = await ask("/events", { signal: gone.signal });
    if (!response.body) return;
    let rest = "";
    for (const reader = response.body.pipeThrough(new TextDecoderStream()).getReader(); ;) {
      const { value, done } = await reader.read();
      if (done) return;
      const parts = (rest + value).split("\n\n");
      rest = parts.pop() ?? "";
      for (const part of parts) {
        const [, kind] = /^event: (progress|end)$/m.exec(part) ?? [];
        const [, data] = /^data: (.*)$/m.exec(part) ?? [];
        if ((kind === "progress" || kind === "end") && data) hear({ kind, ...JSON.parse(data) });
      }
    }
  };
  const again = (): void => {
    if (!gone.signal.aborted) setTimeout(start, RECONNECT_MS);
  };
  const start = (): void => void read().then(again, again);
  start();
  return () => gone.abort();
}
