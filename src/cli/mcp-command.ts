import type { Command } from "commander";
import { createTokenKeeper } from "../access/token-keeper.ts";
import { createAgentApi } from "../http/app.ts";
import type { AgentApi } from "../http/mcp/agent-api.ts";
import { configOf, openApp } from "./open-app.ts";
import { createAskedServer } from "./server/ask-server.ts";
import { watchStopSignals } from "./stop-signals.ts";

export function addMcpCommand(program: Command): void {
  program
    .command("mcp")
    .description("tools for agents over standard input and output (Model Context Protocol)")
    .option("--server <url>", "ask a running server; its token is read from IMAGEDEX_TOKEN")
    .addHelpText(
      "after",
      "\nExamples:\n  $ imagedex mcp\n  $ imagedex mcp --server https://imagedex.example.org\n" +
        "\nA server takes agents at POST /mcp as well.",
    )
    .action(async (options: { server?: string }, command: Command) => {
      const config = configOf(command);
      if (options.server !== undefined) return serveAgent(createAskedServer(options.server, config));
      await using app = openApp(config);
      await serveAgent(readingApi(app));
    });
}

type OpenedApp = ReturnType<typeof openApp>;

/** The API of an app that only reads: nothing is listed because somebody asks. */
function readingApi(app: OpenedApp): AgentApi {
  const { catalogue, record, registrar, timetable, log } = app;
  const { now } = registrar;
  return createAgentApi({
    ...app,
    log,
    now,
    timetable: { ...timetable, isDue: () => false, dueAgain: () => [] },
    tokens: createTokenKeeper({ catalogue, record, configured: [], isLocal: true, now }),
    rateLimit: 0,
    corsOrigins: [],
    trustedProxies: [],
    closing: new AbortController().signal,
    notReady: () => [],
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
