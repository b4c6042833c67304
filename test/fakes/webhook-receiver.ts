import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { Webhook } from "standardwebhooks";
import { KEEP_ALIVE_MS } from "./keep-alive.ts";

/** A message as a receiver got it. */
export interface Received {
  readonly id: string;
  /** Seconds since 1970. */
  readonly timestamp: number;
  readonly signature: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
  readonly json: {
    readonly type: string;
    readonly timestamp: string;
    readonly data: {
      readonly webhook_id: string;
      readonly backend: { readonly id: string; readonly title: string };
      readonly run: { readonly id: number; readonly source: string; readonly kind: string } | null;
      readonly changes: readonly {
        readonly id: number;
        readonly kind: string;
        readonly image: { readonly id: string };
      }[];
    };
  };
}

export interface ReceiverAnswer {
  /** 204 unless told otherwise. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Whether the connection is torn instead of an answer. */
  readonly reset?: boolean;
  /** Whether there is no answer at all. */
  readonly hang?: boolean;
  /** Whether the body of the answer never ends. */
  readonly endless?: boolean;
}

/** A receiver that keeps what it got. */
export interface WebhookReceiver extends AsyncDisposable {
  readonly url: string;
  readonly received: Received[];
  /** Messages that it has at this moment, and has not answered. */
  readonly atOnce: { now: number; most: number };
  /** What it says to each; 204 at first. */
  answer: (message: Received) => ReceiverAnswer | Promise<ReceiverAnswer>;
  /** Resolves when it has got so many, or such as are wanted. */
  until(wanted: number | ((received: readonly Received[]) => boolean)): Promise<void>;
}

export async function startWebhookReceiver(): Promise<WebhookReceiver> {
  let look = (): void => undefined;
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (req, res) => {
    receiver.atOnce.now++;
    receiver.atOnce.most = Math.max(receiver.atOnce.most, receiver.atOnce.now);
    void readMessage(req).then(async (message) => {
      receiver.received.push(message);
      look();
      const answer = await receiver.answer(message);
      receiver.atOnce.now--;
      write(res, answer);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const receiver: WebhookReceiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received: [],
    atOnce: { now: 0, most: 0 },
    answer: () => ({}),
    until: (wanted) =>
      new Promise((resolve) => {
        const { received } = receiver;
        look = () => {
          if (typeof wanted === "number" ? received.length >= wanted : wanted(received)) resolve();
        };
        look();
      }),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return receiver;
}

/** Whether the reference library of Standard Webhooks signs the message so, at whatever time it was sent. */
export function isSignedWith(secret: string, { id, timestamp, body, signature }: Received): boolean {
  return new Webhook(secret).sign(id, new Date(timestamp * 1000), body) === signature;
}

/** The images that messages tell of, in the order in which they came. */
export function imageIds(messages: readonly Received[]): string[] {
  return messages.flatMap(({ json }) => json.data.changes.map(({ image }) => image.id));
}

async function readMessage(req: IncomingMessage): Promise<Received> {
  const body = await text(req);
  return {
    id: String(req.headers["webhook-id"]),
    timestamp: Number(req.headers["webhook-timestamp"]),
    signature: String(req.headers["webhook-signature"]),
    headers: req.headers,
    body,
    json: JSON.parse(body),
  };
}

function write(res: ServerResponse, { status = 204, headers = {}, reset, hang, endless }: ReceiverAnswer): void {
  if (hang) return;
  if (reset) return void res.socket?.resetAndDestroy();
  res.writeHead(status, headers);
  if (!endless) return void res.end();
  const pour = (): void => {
    while (!res.destroyed && res.write("x".repeat(65_536)));
  };
  res.on("drain", pour).on("error", () => undefined);
  pour();
}
