import type { Dispatcher } from "undici";
import { type Failure, failure, isTimeout, networkFailure } from "./failure.ts";
import { type JudgeRefusal, judgeStatus, UnexpectedStatusError } from "./judge-status.ts";
import { parseJson } from "./parse-json.ts";
import { AnswerTooLongError, readBody, readStart } from "./read-body.ts";
import type { Redactor } from "./redact.ts";

export interface JsonAnswer {
  readonly status: number;
  /** The answer's JSON, not yet judged; null for 204, which has none. */
  readonly body: unknown;
  /** A header's value (the first of several), or null; the name in any case. */
  header(name: string): string | null;
}

interface ResponseReading {
  readonly redactor: Redactor;
  readonly maxAnswerBytes: number;
  /** The request, for messages. */
  readonly what: string;
  readonly judge?: JudgeRefusal | undefined;
  readonly parse?: ((text: string) => unknown) | undefined;
}

const MAX_REFUSAL_BYTES = 64 * 1024;
const EXCERPT_LENGTH = 200;
const NO_CONTENT = 204;

/** The JSON of a 2xx; anything else is a Failure that says what came to the request that `what` names. */
export async function readResponse(
  reading: ResponseReading,
  response: Dispatcher.ResponseData,
): Promise<{ readonly outcome: "answer"; readonly answer: JsonAnswer } | Failure> {
  const { what } = reading;
  const { statusCode: status, headers, body } = response;
  const refusal = judgeStatus(status);
  if (refusal) {
    const said = await readStart(body, MAX_REFUSAL_BYTES);
    const verdict = reading.judge?.({ status, body: said }) ?? refusal;
    const start = excerpt(reading, said);
    return {
      ...failure(verdict.reason, `${what}: answered ${status}, ${verdict.meaning}${start && `: ${start}`}`),
      mayRetry: verdict.mayRetry,
      retryAfter: firstOf(headers["retry-after"]),
      cause: new UnexpectedStatusError(status, firstOf(headers["www-authenticate"])),
    };
  }
  const header = (name: string): string | null => firstOf(headers[name.toLowerCase()]);
  if (status === NO_CONTENT) {
    await body.dump();
    return { outcome: "answer", answer: { status, body: null, header } };
  }
  let text;
  try {
    text = await readBody(body, reading.maxAnswerBytes);
  } catch (error) {
    return brokenBody(reading, error);
  }
  try {
    const json: unknown = (reading.parse ?? parseJson)(text);
    return { outcome: "answer", answer: { status, body: json, header } };
  } catch (error) {
    if (error instanceof AnswerTooLongError) return failure("invalid-answer", `${what}: ${error.message}`);
    // The parser's own message quotes the answer unredacted, so it is no cause.
    const type = excerpt(reading, firstOf(headers["content-type"]) ?? "no content type");
    return failure("invalid-answer", `${what}: expected JSON, got ${type}: ${excerpt(reading, text)}`);
  }
}

/** The first value of a header that may come several times. */
export function firstOf(header: string | string[] | undefined): string | null {
  return (Array.isArray(header) ? header[0] : header) ?? null;
}

function brokenBody({ redactor, what }: ResponseReading, error: unknown): Failure {
  if (error instanceof AnswerTooLongError) return failure("invalid-answer", `${what}: ${error.message}`);
  const broken = networkFailure(redactor, what, error);
  // A server was there, but its answer was cut off.
  return isTimeout(error)
    ? broken
    : { ...broken, reason: "invalid-answer", message: `${what}: the answer was cut off`, mayRetry: true };
}

/** Redacted before it is shortened, so that no half of a secret is left at its end. */
function excerpt({ redactor }: ResponseReading, text: string): string {
  return redactor.redact(text).replace(/\s+/g, " ").trim().slice(0, EXCERPT_LENGTH);
}
