/** A thread that is gone as soon as it gets work. */
import { parentPort } from "node:worker_threads";

parentPort?.once("message", () => process.exit(1));
