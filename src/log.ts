import { pino } from "pino";
import { visibleJson } from "./visible-text.ts";

/** What every room logs with: a message that never changes, and fields that do. */
export type Log = pino.Logger;
export type LogLevel = "fatal" | "error" | "warn" | "info" | "debug" | "silent";

/**
 * The process's log: JSON lines on stderr (stdout is for answers), secrets redacted by name wherever they stand, and nothing
 * in them that steers a terminal which shows them. `write`: where else than to stderr each line goes.
 */
export function createLog(level: LogLevel, write: (line: string) => void = writeToStderr()): Log {
  const secrets = ["apikey", "apisecret", "password", "token", "authorization", "cookie"];
  return pino(
    {
      level,
      base: null,
      redact: { paths: secrets.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: "[secret]" },
    },
    { write: (line) => write(visibleJson(line)) },
  );
}

function writeToStderr(): (line: string) => void {
  const destination = pino.destination({ dest: 2, sync: true });
  return (line) => void destination.write(line);
}
