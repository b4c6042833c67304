import { jsonValue } from "./json-values.ts";

/** A field that is kept as it came, also where it is missing, at its place among those that are named. */
export const asItCame = jsonValue.optional();
