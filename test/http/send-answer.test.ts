import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import express from "express";
import { expect, test } from "vitest";
import { streamPieces } from "../../src/http/answering/send-answer.ts";

const PIECE = Buffer.alloc(256 * 1024, 32);
const PIECES = 200;
/** Each piece takes a millisecond, and others have their turn after a few of those. */
const MOST_AT_ONCE = 10;

test("others have their turn while a long answer is sent to a client that takes all at once", async () => {
  let turns = 0;
  const seen: number[] = [];
  let isSending = true;
  const others = (): void => {
    turns++;
    if (isSending) setImmediate(others);
  };
  const app = express();
  app.get("/", async (req, res) => {
    setImmediate(others);
    await streamPieces(
      req,
      res,
      pieces(PIECES, () => seen.push(turns)),
    );
    isSending = false;
  });
  const server = createServer(app).listen(0, "127.0.0.1");
  await once(server, "listening");
  try {
    const { port } = server.address() as AddressInfo;
    const answer = await fetch(`http://127.0.0.1:${port}/`, { headers: { "accept-encoding": "identity" } });
    expect((await answer.arrayBuffer()).byteLength).toBe(PIECES * PIECE.length);
    expect(seen.length).toBe(PIECES);
    const perTurn = Object.values(Object.groupBy(seen, String)).map((of) => of?.length ?? 0);
    expect(Math.max(...perTurn)).toBeLessThanOrEqual(MOST_AT_ONCE);
  } finally {
    server.close();
  }
});

function* pieces(count: number, made: () => void): Generator<Buffer> {
  for (let piece = 0; piece < count; piece++) {
    const until = performance.now() + 1;
    while (performance.now() < until);
    made();
    yield PIECE;
  }
}
