import { spawnSync } from "node:child_process";
import { tmpdir } from "node:os";
import { findProgram } from "../foreign/find-program.ts";

const executable = findProgram("promtool", "prometheus");

/** Whether Prometheus cannot be asked here what it thinks; said aloud then. */
export const cannotCheck = executable === undefined;

/** Everything that `promtool` says of it, and its exit code. */
export function promtool(
  args: readonly string[],
  { input = "", cwd = tmpdir() } = {},
): { readonly code: number | null; readonly said: string } {
  const { status, stdout, stderr, error } = spawnSync(executable ?? "promtool", args, { input, cwd, encoding: "utf8" });
  if (error) throw error;
  return { code: status, said: stdout + stderr };
}
