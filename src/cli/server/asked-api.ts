import type { AgentAnswer, AgentApi } from "../../http/mcp/agent-api.ts";

/** What commands ask: a running server, or the catalogue of this machine through the same interface. */
export interface AskedApi extends AgentApi, AsyncDisposable {
  /** Asks as `ask` does; resolves to what went well. Rejects with an error that says why not. */
  read(path: string, body?: unknown): Promise<AgentAnswer>;
}
