import { z } from "zod";

/** Reads an answer's list, of APIs that call it differently from path to path. */
export function itemsUnder(name: string): z.ZodType<{ items: unknown[] }> {
  return z.object({ [name]: z.array(z.unknown()) }).transform((answer) => ({ items: answer[name] ?? [] }));
}
