import { once } from "node:events";
import { createServer, request, type RequestListener } from "node:http";
import { duplexPair } from "node:stream";
import { text } from "node:stream/consumers";
import type { AgentApi } from "./agent-api.ts";

/** The longest path; what an agent puts into it is limited by the request's body. */
const LONGEST_PATH = 256 * 1024;

/**
 * Sends requests to a handler through memory, without a port, so that nobody else can send any. `headers` are added to each.
 */
export function askInProcess(handler: RequestListener, headers: Readonly<Record<string, string>> = {}): AgentApi {
  const server = createServer({ maxHeaderSize: LONGEST_PATH }, handler);
  return {
    async ask(path, body) {
      const [near, far] = duplexPair();
      // One half of the pair is not told when the other ends; the asker would wait for ever.
      far.once("close", () => near.destroy());
      server.emit("connection", far);
      const sent = request({
        path,
        method: body === undefined ? "GET" : "POST",
        headers: { ...headers, host: "localhost", connection: "close" },
        createConnection: () => near,
      });
      const answered = once(sent, "response");
      sent.end(body === undefined ? undefined : JSON.stringify(body));
      const [response] = await answered;
      const received = await text(response);
      near.destroy();
      far.destroy();
      return {
        status: response.statusCode ?? 0,
        text: received,
        json: parse(received),
        header: (name) => {
          const value: unknown = response.headers[name];
          return typeof value === "string" ? value : undefined;
        },
      };
    },
  };
}

function parse(received: string): unknown {
  try {
    return JSON.parse(received);
  } catch {
    return undefined;
  }
}
