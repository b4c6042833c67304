/** A thread that takes work and never answers. */
import { parentPort } from "node:worker_threads";

parentPort?.on("message", () => undefined);
