import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { needProgram } from "../foreign/need-program.ts";

const UNIT = join(import.meta.dirname, "../../src/operations/imagedex.service");
/** Of 100, where systemd's own services that face the network have 80 to 95 without hardening; lower is safer. */
const MOST_EXPOSED = 20;

const analyzer = needProgram("systemd-analyze");

describe.skipIf(analyzer.isMissing)("systemd", () => {
  const analyze = (...args: string[]): { status: number | null; said: string } => {
    const { status, stdout, stderr } = spawnSync(analyzer.path, args, { encoding: "utf8" });
    return { status, said: `${stdout}${stderr}` };
  };

  test("finds nothing wrong with the unit", () => {
    expect(analyze("verify", UNIT)).toEqual({ status: 0, said: "" });
  });

  test("calls the unit safe", () => {
    const { status, said } = analyze("security", "--offline=true", `--threshold=${MOST_EXPOSED}`, UNIT);
    expect([status, /Overall exposure level .*/.exec(said)?.[0]]).toEqual([0, expect.stringContaining("OK")]);
  });
});
