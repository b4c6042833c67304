import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { expect, test } from "vitest";

const STOP_SIGNALS = join(import.meta.dirname, "../../src/cli/stop-signals.ts");

/** A process that never gets round to stopping. */
const SCRIPT = `
  const { watchStopSignals } = await import(${JSON.stringify(STOP_SIGNALS)});
  const stop = watchStopSignals(["SIGINT", "SIGTERM"], () => console.log("at once"));
  void stop.stopped.then((signal) => console.log("stopping", signal));
  setInterval(() => undefined, 1000);
  console.log("ready");
`;

test("a second signal ends a process at once; one that comes twice at the same moment is one", async () => {
  const child = spawn(process.execPath, ["--input-type=module", "-e", SCRIPT], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const heard = listenTo(child);

  await heard("ready");
  child.kill("SIGINT");
  child.kill("SIGINT");
  await heard("stopping SIGINT");
  const isAlive = child.exitCode === null && child.signalCode === null;
  const ended = once(child, "exit");
  // A signal that comes within the same moment is taken for the first one's echo.
  const again = setInterval(() => child.kill("SIGTERM"), 50);
  await ended;
  clearInterval(again);

  expect(isAlive).toBe(true);
  expect(child.signalCode).toBe("SIGTERM");
  await heard("at once");
}, 180_000);

/** Resolves once the process said a line. */
function listenTo(child: ChildProcess): (line: string) => Promise<void> {
  let said = "";
  child.stdout?.on("data", (chunk) => (said += String(chunk)));
  return async (line) => {
    while (!said.includes(`${line}\n`)) await once(child.stdout ?? child, "data");
  };
}
