import { WebStandardStreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js";
import { z } from "zod";
import type { AgentApi } from "./agent-api.ts";
import { createAgentServer } from "./create-agent-server.ts";

export interface MessageAnswer {
  readonly status: number;
  /** JSON, or nothing. */
  readonly body: string;
  /** Why the message was refused. */
  readonly detail: string;
}

const refusal = z.object({ error: z.object({ message: z.string() }) });

/** Answers each message with a new server, so that there are no sessions to keep or steal. */
export async function answerMessage(
  message: object,
  protocolVersion: string | undefined,
  api: AgentApi,
): Promise<MessageAnswer> {
  const server = createAgentServer(api);
  const transport = new WebStandardStreamableHTTPServerTransport({ enableJsonResponse: true });
  try {
    await server.connect(transport);
    const request = new Request("http://localhost/mcp", {
      method: "POST",
      headers: {
        "content-type": "application/json",
        accept: "application/json, text/event-stream",
        ...(protocolVersion !== undefined && { "mcp-protocol-version": protocolVersion }),
      },
    });
    const response = await transport.handleRequest(request, { parsedBody: message });
    const body = await response.text();
    const { data } = refusal.safeParse(response.ok || body === "" ? undefined : JSON.parse(body));
    return { status: response.status, body, detail: data?.error.message ?? "not a message of the protocol" };
  } finally {
    await server.close();
  }
}
