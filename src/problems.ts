import { randomUUID } from "node:crypto";
import { STATUS_CODES } from "node:http";
import type { ErrorRequestHandler, Request, Response } from "express";
import { z } from "zod";
import { isOfTheDisk } from "./catalogue/file/open-catalogue.ts";
import { isBusy } from "./catalogue/file/write.ts";
import {
  BadRequestError,
  BusyError,
  NotAcceptableError,
  NotFoundError,
  StorageError,
  TooManyRequestsError,
} from "./errors.ts";
import type { Log } from "./log.ts";
import { visibleJson, visibleText } from "./visible-text.ts";

const BUSY_S = 5;

/** A problem as it is answered. */
export const problem = z
  .object({
    type: z.literal("about:blank"),
    title: z.string().meta({ description: "the status in words" }),
    status: z.int().min(400).max(599),
    detail: z.string().meta({ description: "what is wrong with this request, for people" }),
    instance: z.string().meta({ description: "path and query of the request, at most 2,000 characters" }),
    parameter: z
      .string()
      .optional()
      .meta({ description: "the wrong parameter or field; the first, if there are several" }),
    errors: z
      .array(z.object({ parameter: z.string(), detail: z.string() }))
      .optional()
      .meta({ description: "every wrong parameter or field" }),
    id: z.uuid().optional().meta({ description: "id of the error in the server's log" }),
  })
  .meta({ id: "Problem", description: "What went wrong with a request (RFC 9457)." });

/** What went wrong with a request, as RFC 9457 has it. */
export interface Problem {
  readonly status: number;
  readonly detail: string;
  /** The parameter or field at fault. */
  readonly parameter?: string | undefined;
  /** Further members, such as a sync's progress. */
  readonly [member: string]: unknown;
}

/** Answers `application/problem+json`. */
export function sendProblem(req: Request, res: Response, { status, detail, ...more }: Problem): void {
  const title = STATUS_CODES[status] ?? "Error";
  const texts = { detail: visibleText(detail), instance: visibleText(req.originalUrl.slice(0, 2000)) };
  res
    .status(status)
    .type("application/problem+json")
    .send(visibleJson(JSON.stringify({ type: "about:blank", title, status, ...texts, ...more })));
}

/** Turns whatever a handler threw into a problem. What nobody expected is logged under an id, and says no more. */
export function problemHandler(log: Log): ErrorRequestHandler {
  return (error: unknown, req, res, next) => {
    if (res.headersSent) {
      // The answer is under way: cutting it is the only way left to say that it is not whole.
      log.error({ err: error, url: req.originalUrl }, "answer cut off");
      res.destroy();
      return next();
    }
    if (isOfStorage(error)) log.error({ err: error, url: req.originalUrl }, "catalogue not written");
    const busy = busyOf(error);
    // The connection goes as well: many that are refused at once would hold all handles.
    if (busy) res.set({ "Retry-After": String(busy.retryAfter), Connection: "close" });
    const problem = problemOf(busy ?? error);
    // A ZodError may also come from our own reading, so its stack is kept. It contains no values.
    if (error instanceof z.ZodError) log.debug({ err: error, url: req.originalUrl }, "request refused");
    if (problem) return sendProblem(req, res, problem);
    const id = randomUUID();
    log.error({ err: error, url: req.originalUrl, id }, "request failed");
    sendProblem(req, res, { status: 500, detail: "internal error; the server's log has the details", id });
  };
}

function isOfStorage(error: unknown): boolean {
  return error instanceof StorageError || isOfTheDisk(error);
}

/** SQLite's own busy error comes from what waits for no lock of ours. */
function busyOf(error: unknown): BusyError | TooManyRequestsError | undefined {
  if (error instanceof BusyError || error instanceof TooManyRequestsError) return error;
  return isBusy(error)
    ? new BusyError("the catalogue is being written; try again", BUSY_S, { cause: error })
    : undefined;
}

function problemOf(error: unknown): Problem | undefined {
  if (error instanceof BadRequestError) {
    return { status: 400, detail: error.message, ...(error.parameter && { parameter: error.parameter }) };
  }
  if (isOfStorage(error)) {
    return {
      status: 507,
      detail: "the catalogue cannot be written: disk full or read-only; the server's log says why",
    };
  }
  if (error instanceof BusyError) return { status: 503, detail: error.message };
  if (error instanceof TooManyRequestsError) return { status: 429, detail: error.message };
  if (error instanceof NotAcceptableError) return { status: 406, detail: error.message };
  if (error instanceof NotFoundError) return { status: 404, detail: error.message };
  if (error instanceof z.ZodError) return validationProblem(error);
  if (error instanceof URIError) return { status: 400, detail: "the path has invalid percent-encoding" };
  return bodyProblem(error);
}

function validationProblem(error: z.ZodError): Problem {
  const errors = error.issues.map((issue) => {
    const unknown = issue.code === "unrecognized_keys" ? issue.keys[0] : undefined;
    // Of a parameter with several values, which may also be one, the name alone.
    const parameter = unknown ?? issue.path.filter((step) => typeof step !== "number").join(".");
    return { parameter, detail: unknown ? "no such field" : issue.message };
  });
  const [first] = errors;
  return {
    status: 400,
    detail: errors.map(({ parameter, detail }) => `${parameter || "the body"}: ${detail}`).join("; "),
    parameter: first?.parameter,
    errors,
  };
}

/** The body parser's errors, by the status it gives them. */
function bodyProblem(error: unknown): Problem | undefined {
  if (!(error instanceof Error) || !("status" in error) || typeof error.status !== "number") return undefined;
  if (error.status === 400 && "type" in error && error.type === "entity.parse.failed") {
    return { status: 400, detail: `the body is not JSON: ${error.message}` };
  }
  if (error.status === 413) return { status: 413, detail: `the body is larger than ${limitOf(error)} KB` };
  return error.status >= 400 && error.status < 500 ? { status: error.status, detail: error.message } : undefined;
}

/** What the path takes, in KB. */
function limitOf(error: Error): number {
  return Math.floor(("limit" in error && typeof error.limit === "number" ? error.limit : 65_536) / 1024);
}
