import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

/** A request as a fake cloud saw it. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  /** Path and query as they were written, for signatures. */
  readonly target: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  /** The JSON it carried, or the form by its names, if any. */
  readonly body: unknown;
}

export interface FakeAnswer {
  /** 200 unless told otherwise. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  readonly html?: string;
  /** Whether the connection breaks in the middle of the body. */
  readonly cut?: boolean;
  /** Whether there is no answer at all: the connection stays open. */
  readonly hang?: boolean;
}

export interface JsonServer extends AsyncDisposable {
  readonly url: string;
  /** All that was asked, in order. */
  readonly requests: SeenRequest[];
}

/** A small HTTP server that answers as `answer` says and keeps what it was asked. */
export async function startJsonServer(answer: (request: SeenRequest) => FakeAnswer): Promise<JsonServer> {
  const requests: SeenRequest[] = [];
  const server = createServer((req, res) => {
    void readRequest(req).then((request) => {
      requests.push(request);
      write(res, answer(request));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function readRequest(req: IncomingMessage): Promise<SeenRequest> {
  const url = new URL(req.url ?? "/", "http://fake");
  const sent = await text(req);
  const isForm = req.headers["content-type"]?.startsWith("application/x-www-form-urlencoded");
  return {
    method: req.method ?? "",
    path: url.pathname,
    target: req.url ?? "",
    query: url.searchParams,
    headers: req.headers,
    body: isForm ? Object.fromEntries(new URLSearchParams(sent)) : sent === "" ? undefined : JSON.parse(sent),
  };
}

function write(res: ServerResponse, { status = 200, headers, json, html, cut, hang }: FakeAnswer): void {
  if (hang) return;
  const body = Buffer.from(html ?? (json === undefined ? "" : JSON.stringify(json)));
  const type = html === undefined ? "application/json" : "text/html; charset=UTF-8";
  res.writeHead(status, { "content-type": type, "content-length": body.length, ...headers });
  if (!cut) return void res.end(body);
  res.write(body.subarray(0, Math.ceil(body.length / 2)), () => res.destroy());
}
