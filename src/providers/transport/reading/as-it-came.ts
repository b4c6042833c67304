import { jsonValue } from "./json-values.ts";

/** A field that is kept as it came, in its place among the named ones, even when it is missing. */
export const asItCame = jsonValue.optional();
