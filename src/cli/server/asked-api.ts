import type { AgentAnswer, AgentApi } from "../../http/mcp/agent-api.ts";

/** What commands ask: a running server, or the catalogue of this machine through the same interface. */
export interface AskedApi extends AgentApi, AsyncDisposable {
  /** Asks as `ask` does. Rejects with an error that says why, if the answer is not a success. */
  read(path: string, body?: unknown): Promise<AgentAnswer>;
}
