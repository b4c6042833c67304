import type { Command } from "commander";
import type { AgentApi } from "../http/mcp/agent-api.ts";
import { addServerOption, openAskedApi, type ServerOptions } from "./server/open-asked-api.ts";
import { watchStopSignals } from "./stop-signals.ts";

export function addMcpCommand(program: Command): void {
  const command = program
    .command("mcp")
    .description("serve tools for agents over standard input and output (Model Context Protocol)");
  addServerOption(command)
    .addHelpText(
      "after",
      "\nExamples:\n  $ imagedex mcp\n  $ imagedex mcp --server https://imagedex.example.org\n" +
        "\nAgents that speak HTTP can ask a running server at POST /mcp.",
    )
    .action(async (options: ServerOptions) => {
      await using api = await openAskedApi(command, options);
      await serveAgent(api);
    });
}

/** Answers until the agent closes standard input, or somebody stops this process. */
async function serveAgent(api: AgentApi): Promise<void> {
  const { StdioServerTransport } = await import("@modelcontextprotocol/sdk/server/stdio.js");
  const { createAgentServer } = await import("../http/mcp/create-agent-server.ts");
  const server = createAgentServer(api);
  const stop = watchStopSignals(["SIGINT", "SIGTERM"]);
  const { promise: left, resolve } = Promise.withResolvers<void>();
  process.stdin.once("end", resolve).once("close", resolve);
  await server.connect(new StdioServerTransport());
  await Promise.race([left, stop.stopped]);
  await server.close();
}
