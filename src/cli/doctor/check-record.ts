import type { NodeStatus } from "../../sync/follow/node.ts";
import type { Finding } from "./finding.ts";

/** A clock that differs more from PostgreSQL's makes runs and ages look wrong; leases go by PostgreSQL's alone. */
const CLOCK_MS = 5_000;

/** Whether a node could reach its record when it was opened, and how far it is. */
export function checkRecord({ position, lagMs, trouble, clockAheadMs }: NodeStatus): Finding {
  const check = "record";
  if (clockAheadMs === undefined) {
    const since = Number.isFinite(lagMs) ? `for ${Math.round(lagMs / 1000)} s` : "yet";
    const detail = `not reached ${since}${trouble === undefined ? "" : `: ${trouble}`}`;
    return {
      check,
      state: "fail",
      detail,
      advice: "check PostgreSQL and IMAGEDEX_DATABASE; until the record is reached, nothing can be changed",
    };
  }
  const detail = `followed to position ${position}`;
  if (Math.abs(clockAheadMs) <= CLOCK_MS) return { check, state: "ok", detail };
  const ahead = `${Math.abs(Math.round(clockAheadMs / 1000))} s ${clockAheadMs > 0 ? "ahead of" : "behind"} PostgreSQL's`;
  return { check, state: "warn", detail: `${detail}; this clock is ${ahead}`, advice: "synchronise the clocks (NTP)" };
}
