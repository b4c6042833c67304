import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { PROGRAM } from "../program.ts";
import { createWorkplace } from "./run-imagedex.ts";

test.each(["providers --json", "completion bash", "--help", "tokens list -o ndjson"])(
  "%s says nothing when its reader goes away",
  async (line) => {
    using place = createWorkplace();
    for (let n = 0; n < 3; n++) await place.run(["tokens", "add", "--id", `t${n}`]);
    // `true` reads nothing and is gone long before a program that starts writes its first line.
    const command = `"${process.execPath}" "${PROGRAM}" ${line} | true; echo "\${PIPESTATUS[0]}"`;

    const { stdout, stderr } = spawnSync("bash", ["--norc", "-c", command], {
      env: { PATH: process.env["PATH"], IMAGEDEX_DATABASE: place.database },
      encoding: "utf8",
      // A shell whose input is a socket takes itself for a remote one, and reads its settings.
      stdio: ["ignore", "pipe", "pipe"],
    });

    expect([stdout, stderr]).toEqual(["0\n", ""]);
  },
);
