import { setTimeout as delay } from "node:timers/promises";
import { expect, test } from "vitest";
import { createClock } from "../src/clock.ts";

test("the clock tells the present time, also after it has told an earlier one", async () => {
  const now = createClock();
  for (let look = 0; look < 5; look++) {
    const before = Date.now();
    const told = Date.parse(now());
    expect(told).toBeGreaterThanOrEqual(before);
    expect(told).toBeLessThanOrEqual(Date.now());
    await delay(3);
  }
});
