import { expect, test } from "vitest";
import { didYouMean } from "../src/near-names.ts";

test.each([
  ["irelnad", ["ireland", "virginia"], '; did you mean "ireland"?'],
  ["IRELAND", ["ireland"], '; did you mean "ireland"?'],
  ["prod", ["prod-us", "prod-eu", "test"], '; did you mean "prod-eu" or "prod-us"?'],
  ["prod", ["prod-1", "prod-2", "prod-3", "prod-4"], '; did you mean "prod-1" or "prod-2" or "prod-3"?'],
  ["dmeo", ["demo"], '; did you mean "demo"?'],
  ["nope", ["test", "home"], ""],
  ["IMAGEDEX_COLOUR", ["IMAGEDEX_HOST", "IMAGEDEX_PORT"], ""],
  ["ubuntu", ["demo"], ""],
  ["a", [], ""],
])("%s among %j is answered by %j", (name, known, said) => {
  expect(didYouMean(name, known)).toBe(said);
});
