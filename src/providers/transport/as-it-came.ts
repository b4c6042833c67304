import { z } from "zod";

/** A field that is kept as it came, also where it is missing, at its place among those that are named. */
export const asItCame = z.json().optional();
