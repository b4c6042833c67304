import { type Request, type Response, Router } from "express";
import { z } from "zod";
import { readerOf } from "../../access/access.ts";
import type { Asker } from "../../access/asker.ts";
import type { AgentApi } from "../mcp/agent-api.ts";
import { describePath, READERS } from "../openapi/api-path.ts";
import { BadRequestError } from "../../errors.ts";

const message = z
  .looseObject(
    {
      jsonrpc: z.literal("2.0", 'expected "2.0"'),
      method: z.string("expected a method").min(1).max(200),
      id: z.union([z.string().max(200), z.int()], "expected text or a number").optional(),
      params: z.looseObject({}, "expected an object").optional(),
    },
    "expected a JSON-RPC request",
  )
  .meta({ id: "McpMessage", description: "A message of the Model Context Protocol (JSON-RPC 2.0)." });

const INITIALIZE = {
  jsonrpc: "2.0",
  id: 1,
  method: "initialize",
  params: { protocolVersion: "2025-06-18", capabilities: {}, clientInfo: { name: "agent", version: "1" } },
};

export const mcpPath = describePath("/mcp", {
  post: {
    operationId: "sendMcpMessage",
    summary: "The tools for agents (Model Context Protocol, Streamable HTTP)",
    description:
      "Without sessions: each message is answered by itself, as JSON. The tools search, show one image, find the newest and the same image elsewhere, audit, and list changes and backends; a token's backends and limits hold.",
    tags: ["Server"],
    security: READERS,
    requestBody: { required: true, content: { "application/json": { schema: message, example: INITIALIZE } } },
    responses: {
      "200": {
        description: "The answer.",
        content: {
          "application/json": {
            schema: z.looseObject({ jsonrpc: z.literal("2.0") }),
            example: { jsonrpc: "2.0", id: 1, result: {} },
          },
        },
      },
      "202": { description: "Accepted; a message without an id has no answer." },
    },
  },
});

/** `POST /mcp`. `apiFor` makes an API with the asker's rights. */
export function mcpRouter(apiFor: (asker: Asker) => AgentApi): Router {
  const router = Router();
  router.post(mcpPath.path, async (req: Request, res: Response) => {
    const sent = message.parse(req.body);
    // Loaded when the first agent comes: most servers never see one.
    const { answerMessage } = await import("../mcp/answer-message.ts");
    const answer = await answerMessage(sent, req.get("mcp-protocol-version"), apiFor(readerOf(res)));
    if (answer.status === 400) throw new BadRequestError(answer.detail);
    res.status(answer.status);
    if (answer.body === "") return void res.end();
    res.type("application/json").send(answer.body);
  });
  return router;
}
