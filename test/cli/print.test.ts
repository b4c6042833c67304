import { expect, test } from "vitest";
import { shownSize } from "../../src/cli/print.ts";

test.each([
  [51_200, "0.1 MB"],
  [612_400_000, "612.4 MB"],
  [80_235_000_000, "80.2 GB"],
])("%d bytes are shown as %s", (bytes, shown) => {
  expect(shownSize(bytes)).toBe(shown);
});
