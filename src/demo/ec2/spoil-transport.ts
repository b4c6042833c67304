import type { IncomingMessage, ServerResponse } from "node:http";
import { internalError, requestLimitExceeded, unauthorizedOperation } from "./ec2-errors.ts";
import type { Misbehaviour } from "./faults.ts";

/** Whether the fault took the answer's place. Throws Ec2Refusal for those that refuse. */
export function spoilTransport(
  fault: Misbehaviour | undefined,
  request: IncomingMessage,
  response: ServerResponse,
): boolean {
  switch (fault?.kind) {
    case "throttle":
      if (fault.retryAfter !== undefined) response.setHeader("retry-after", fault.retryAfter);
      throw requestLimitExceeded();
    case "internal-error":
      throw internalError();
    case "unauthorized":
      throw unauthorizedOperation();
    case "reset":
      request.socket.resetAndDestroy();
      return true;
    case "html-error":
      response
        .writeHead(502, { "content-type": "text/html" })
        .end("<html><body><h1>502 Bad Gateway</h1></body></html>");
      return true;
    case "html-answer":
      response.writeHead(200, { "content-type": "text/html" }).end("<!doctype html><p>Please log in<br>");
      return true;
    case "invalid-xml":
      response.writeHead(200, { "content-type": "text/xml;charset=UTF-8" });
      response.end("<DescribeImagesResponse><imagesSet><item><imageId>ami-0</item></imagesSet>");
      return true;
    default:
      return false;
  }
}

/** Half of each piece but the first, then an error that ends the connection. */
export function* cutShort(pieces: Iterable<string | Buffer>): Generator<string | Buffer> {
  let first = true;
  for (const piece of pieces) {
    yield first ? piece : piece.slice(0, piece.length / 2);
    if (!first) throw new Error("cut short on purpose");
    first = false;
  }
}
