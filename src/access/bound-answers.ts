import type { Socket } from "node:net";
import type { NextFunction, Request, RequestHandler, Response } from "express";
import { TooManyRequestsError } from "../errors.ts";
import { holderOf } from "./rate-limit.ts";
import { findAsker } from "./asker.ts";
import type { PlaceCounts } from "./places.ts";

/** How many answers may be in progress or waiting to be read at a time. */
export interface AnswerBounds {
  /** On one connection. HTTP lets a client send further requests before it has read an answer (pipelining). */
  readonly perConnection: number;
  /** For one token, or for one address without a token. */
  readonly perHolder: number;
}

/** An unread answer stays in memory, and can have megabytes. */
export const ANSWER_BOUNDS: AnswerBounds = { perConnection: 8, perHolder: 200 };

const RETRY_S = 1;

/** Both throw TooManyRequestsError at the limit. */
export interface BoundAnswers {
  /** Comes before every other handler. */
  readonly perConnection: RequestHandler;
  /** Comes after `identify`. */
  readonly perHolder: RequestHandler;
}

/** Where several processes answer: what one holder may have in progress in this process, and places beyond that for all. */
export interface DividedAnswers {
  readonly own: number;
  readonly further: PlaceCounts;
}

export function boundAnswers(bounds: AnswerBounds, divided?: DividedAnswers): BoundAnswers {
  const connections = new WeakMap<Socket, Set<() => void>>();
  const holders = new Map<string, number>();
  const leaving = new WeakMap<Response, () => void>();
  const refused = (): TooManyRequestsError => tooMany(bounds.perHolder, "at a time");
  const enterFurther = async (req: Request, res: Response, next: NextFunction): Promise<void> => {
    const taking = divided?.further.take(holderOf(req, res), bounds.perHolder);
    const leave = await taking?.catch(() => undefined);
    if (!leave) throw refused();
    // Its client may have gone meanwhile, and nothing else gives the place back then.
    if (res.closed || req.socket.destroyed) return leave();
    leaving.set(res, leave);
    next();
  };
  return {
    perConnection(req, res, next) {
      const open = openOn(req.socket, connections);
      if (open.size >= bounds.perConnection) throw tooMany(bounds.perConnection, "on one connection");
      const leave = (): void => {
        if (open.delete(leave)) leaving.get(res)?.();
      };
      open.add(leave);
      res.once("close", leave);
      next();
    },
    perHolder(req, res, next) {
      const holder = holderOf(req, res);
      const held = holders.get(holder) ?? 0;
      // Without tokens, all askers are on this machine.
      const isBounded = findAsker(res)?.by !== "nobody";
      if (isBounded && held >= (divided?.own ?? bounds.perHolder)) return enterFurther(req, res, next);
      holders.set(holder, held + 1);
      leaving.set(res, () => {
        const left = (holders.get(holder) ?? 1) - 1;
        if (left > 0) holders.set(holder, left);
        else holders.delete(holder);
      });
      return next();
    },
  };
}

/** The callbacks to run when a connection's answers end. */
function openOn(socket: Socket, connections: WeakMap<Socket, Set<() => void>>): Set<() => void> {
  const known = connections.get(socket);
  if (known) return known;
  const open = new Set<() => void>();
  connections.set(socket, open);
  // Node.js does not tell an answer that waits behind others when its connection breaks.
  socket.once("close", () => {
    for (const leave of open) leave();
  });
  return open;
}

function tooMany(most: number, where: string): TooManyRequestsError {
  return new TooManyRequestsError(`${most} answers ${where} are allowed; read them before you ask again`, RETRY_S);
}
