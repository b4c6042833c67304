import { join } from "node:path";

export const ROOT = join(import.meta.dirname, "..");
/** The program as people run it: a process that reads the sources instead takes seconds to start. */
export const PROGRAM = join(ROOT, "dist/main.cjs");
