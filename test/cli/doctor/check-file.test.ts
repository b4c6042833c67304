import { expect, test } from "vitest";
import { createSecretBox } from "../../../src/catalogue/file/secret-box.ts";
import { checkKey } from "../../../src/cli/doctor/check-file.ts";
import { openTemporaryCatalogue } from "../../catalogue/seed.ts";

const REGULAR_FILE = 0o100_000;

test.each([
  [0o600, "ok"],
  [0o400, "ok"],
  [0o700, "ok"],
  [0o640, "warn"],
  [0o620, "warn"],
  [0o610, "warn"],
  [0o604, "warn"],
  [0o602, "warn"],
  [0o601, "warn"],
  [0o666, "warn"],
])("a key file of mode %o is %s", (mode, state) => {
  using catalogue = openTemporaryCatalogue();

  const finding = checkKey(catalogue, createSecretBox("a passphrase of the tests, long enough"), REGULAR_FILE | mode);

  expect(finding.state).toBe(state);
  expect(finding.detail.includes(`(mode ${mode.toString(8)})`)).toBe(state === "warn");
});

test("a key that is set, without a file, is fine", () => {
  using catalogue = openTemporaryCatalogue();
  expect(checkKey(catalogue, createSecretBox("a passphrase of the tests, long enough"), 0).state).toBe("ok");
});
