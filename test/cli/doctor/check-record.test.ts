import { describe, expect, test } from "vitest";
import { checkRecord } from "../../../src/cli/doctor/check-record.ts";
import type { NodeStatus } from "../../../src/sync/follow/node.ts";

const STATUS: NodeStatus = {
  position: 7,
  lagMs: 300,
  isTooOld: false,
  trouble: undefined,
  compared: 0,
  tookMs: 3,
  isSendingWebhooks: false,
  clockAheadMs: 20,
};

describe("doctor says of a node's record", () => {
  test("how far it is followed", () => {
    expect(checkRecord(STATUS)).toEqual({ check: "record", state: "ok", detail: "followed to position 7" });
  });

  test("that the clocks differ, and which one is ahead", () => {
    const advice = "synchronise the clocks (NTP)";
    const warning = (detail: string): object => ({ check: "record", state: "warn", detail, advice });

    expect(checkRecord({ ...STATUS, clockAheadMs: 300_400 })).toEqual(
      warning("followed to position 7; this clock is 300 s ahead of PostgreSQL's"),
    );
    expect(checkRecord({ ...STATUS, clockAheadMs: -180_000 })).toEqual(
      warning("followed to position 7; this clock is 180 s behind PostgreSQL's"),
    );
    expect(checkRecord({ ...STATUS, clockAheadMs: -5_000 }).state).toBe("ok");
  });

  test("since when it was not reached, and why", () => {
    const advice = "check PostgreSQL and IMAGEDEX_DATABASE; until the record is reached, nothing can be changed";
    const failure = (detail: string): object => ({ check: "record", state: "fail", detail, advice });
    const away = { ...STATUS, clockAheadMs: undefined };

    expect(checkRecord({ ...away, lagMs: 61_200, trouble: "connect ECONNREFUSED" })).toEqual(
      failure("not reached for 61 s: connect ECONNREFUSED"),
    );
    expect(checkRecord({ ...away, lagMs: Number.POSITIVE_INFINITY })).toEqual(failure("not reached yet"));
  });
});
