import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { TLSSocket } from "node:tls";
import { KEEP_ALIVE_MS } from "./keep-alive.ts";

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
  /** SHA-256 of the certificate that the client showed, over TLS, if it showed one. */
  readonly clientCertificate?: string | undefined;
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

export interface JsonServerOptions {
  /** Speaks TLS with this, and asks clients for a certificate, whichever they have. */
  readonly tls?: { readonly certificate: string; readonly key: string };
  /** A Unix socket to listen at, instead of a port. */
  readonly socketPath?: string;
}

/** A small HTTP server that answers as `answer` says and keeps what it was asked. */
export async function startJsonServer(
  answer: (request: SeenRequest) => FakeAnswer,
  { tls, socketPath }: JsonServerOptions = {},
): Promise<JsonServer> {
  const requests: SeenRequest[] = [];
  const listener = (req: IncomingMessage, res: ServerResponse): void => {
    void readRequest(req).then((request) => {
      requests.push(request);
      write(res, answer(request));
    });
  };
  const server = tls
    ? createTlsServer({ cert: tls.certificate, key: tls.key, requestCert: true, rejectUnauthorized: false }, listener)
    : createServer(listener);
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  await new Promise<void>((resolve) =>
    socketPath === undefined ? server.listen(0, "127.0.0.1", resolve) : server.listen(socketPath, resolve),
  );
  return {
    url: socketPath === undefined ? urlOf(server.address() as AddressInfo, tls !== undefined) : `unix://${socketPath}`,
    requests,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function urlOf({ port }: AddressInfo, isTls: boolean): string {
  return `${isTls ? "https" : "http"}://127.0.0.1:${port}`;
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
    clientCertificate: req.socket instanceof TLSSocket ? req.socket.getPeerCertificate().fingerprint256 : undefined,
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
