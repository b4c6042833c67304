import { spawnSync } from "node:child_process";
import { tmpdir } from "node:os";
import { needProgram } from "../foreign/need-program.ts";

const { path, isMissing } = needProgram("promtool");

/** Whether there is no promtool here, so that its tests are skipped. */
export const cannotCheck = isMissing;

/** Everything that `promtool` says of it, and its exit code. */
export function promtool(
  args: readonly string[],
  { input = "", cwd = tmpdir() } = {},
): { readonly code: number | null; readonly said: string } {
  const { status, stdout, stderr, error } = spawnSync(path, args, { input, cwd, encoding: "utf8" });
  if (error) throw error;
  return { code: status, said: stdout + stderr };
}
