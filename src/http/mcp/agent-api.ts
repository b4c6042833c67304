/** The HTTP interface as agents' tools use it: of this process or of another server. */
export interface AgentApi {
  /** Asks by POST with a JSON body, else by GET. Rejects when nobody answers. */
  ask(path: string, body?: unknown): Promise<AgentAnswer>;
}

export interface AgentAnswer {
  readonly status: number;
  /** The body as it came. */
  readonly text: string;
  /** Undefined for what is no JSON. */
  readonly json: unknown;
  /** A header, by its name in lower case. */
  header(name: string): string | undefined;
}
