import type { Request, Response } from "express";
import { BusyError, TooManyRequestsError } from "../errors.ts";
import { holderOf } from "./rate-limit.ts";
import { findAsker } from "./asker.ts";

/** How many long answers may run at a time. */
export interface PlacesLimits {
  /** Of one token, or of one address without one. */
  readonly perHolder: number;
  readonly inAll: number;
  /** How long a request waits for a place, in ms. */
  readonly waitMs: number;
  /** An answer whose client reads nothing for this long is cut, in ms. */
  readonly stalledMs: number;
  /** Seconds after which a refused client may ask again. */
  readonly retryAfter: number;
  /** What the places are for, for people: `whole lists`. */
  readonly what: string;
}

/** Places for answers that take long: each holds memory, a connection and file handles. */
export interface Places {
  /**
   * Takes a place until the answer is closed. Rejects with TooManyRequestsError if the asker has the most places allowed, and
   * with BusyError if all places are taken.
   */
  enter(req: Request, res: Response): Promise<void>;
}

/** Whole lists. Each reads the catalogue on its own connection. */
export const WHOLE_LISTS: PlacesLimits = {
  perHolder: 8,
  inAll: 32,
  waitMs: 1_000,
  stalledMs: 30_000,
  retryAfter: 5,
  what: "whole lists",
};
export const LISTENERS: PlacesLimits = {
  perHolder: 25,
  inAll: 100,
  waitMs: 0,
  stalledMs: 60_000,
  retryAfter: 30,
  what: "event streams",
};

/** Larger pages take a place among whole lists, since a page is held in memory until it is read. */
const SMALL_PAGE = 1000;

/** Whether an answer takes a place among whole lists. */
export function isLarge({ limit }: { readonly limit?: number | undefined }): boolean {
  return limit === undefined || limit > SMALL_PAGE;
}

/** Counts who has how many places; of one process, or of all of a server's. */
export interface PlaceCounts {
  /**
   * Takes a place for a holder, who may have at most so many; resolves to what gives it back. Rejects with
   * TooManyRequestsError if the holder has the most, and with BusyError if all places are taken.
   */
  take(holder: string, most: number): Promise<() => void>;
}

/** Places of this process, or of those that count them with `counts`. */
export function createPlaces(limits: PlacesLimits, counts: PlaceCounts = createPlaceCounts(limits)): Places {
  return {
    async enter(req, res) {
      // Where no token is needed, all who ask are on this machine.
      const most = findAsker(res)?.by === "nobody" ? Number.POSITIVE_INFINITY : limits.perHolder;
      const leave = await counts.take(holderOf(req, res), most);
      if (res.destroyed) return leave();
      res.once("close", leave);
      // The client reads nothing. A list also holds a state of the catalogue, and keeps the file from being tidied.
      res.setTimeout(limits.stalledMs, () => res.destroy());
    },
  };
}

export function createPlaceCounts(limits: Omit<PlacesLimits, "perHolder" | "stalledMs">): PlaceCounts {
  const taken = new Map<string, number>();
  let all = 0;
  let waiting: (() => void)[] = [];

  const refusal = (holder: string, most: number): Error | undefined => {
    const { what, inAll, retryAfter } = limits;
    if ((taken.get(holder) ?? 0) >= most)
      return new TooManyRequestsError(
        `${most} ${what} at a time are allowed; try again in ${retryAfter} s`,
        retryAfter,
      );
    if (all >= inAll) return new BusyError(`${all} ${what} are open; try again in ${retryAfter} s`, retryAfter);
    return undefined;
  };
  const leave = (holder: string): void => {
    all--;
    const left = (taken.get(holder) ?? 1) - 1;
    if (left > 0) taken.set(holder, left);
    else taken.delete(holder);
    const woken = waiting;
    waiting = [];
    for (const wake of woken) wake();
  };
  return {
    async take(holder, most) {
      const deadline = performance.now() + limits.waitMs;
      for (let refused = refusal(holder, most); refused; refused = refusal(holder, most)) {
        const left = deadline - performance.now();
        if (left <= 0) throw refused;
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, left);
          waiting.push(() => {
            clearTimeout(timer);
            resolve();
          });
        });
      }
      all++;
      taken.set(holder, (taken.get(holder) ?? 0) + 1);
      return () => leave(holder);
    },
  };
}
