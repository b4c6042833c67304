import { findProgram } from "./find-program.ts";
import { type ProgramName, PROGRAMS } from "./programs.ts";

/** A program that a test starts. */
export interface NeededProgram {
  readonly path: string;
  /** Whether its tests are skipped. */
  readonly isMissing: boolean;
}

/**
 * Looks for a program that tests run. Where there is none its tests are skipped, with a warning; in CI those of Debian's
 * programs are run and fail, because the program does not start.
 */
export function needProgram(program: ProgramName): NeededProgram {
  const path = findProgram(program);
  if (path !== undefined) return { path, isMissing: false };
  const { debianPackage } = PROGRAMS[program];
  console.warn(
    `SKIPPED: tests that run ${program} (${debianPackage ? `apt-get install ${debianPackage}` : "not in Debian"})`,
  );
  return { path: program, isMissing: !debianPackage || process.env["CI"] !== "true" };
}
