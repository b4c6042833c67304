import { expect, test } from "vitest";
import { createWorkplace } from "./run-imagedex.ts";

test("`providers` says the command that adds a backend, and Canonical's images need no more than that", async () => {
  using place = createWorkplace();

  const { stdout } = await place.run(["providers"]);

  expect(stdout).toContain("\n  imagedex backends add --provider ec2 --region …\n");
  const command = /^ {2}imagedex (backends add --provider simplestreams)$/m.exec(stdout)?.[1] ?? "";
  const added = await place.run([...command.split(" "), "--id", "ubuntu"]);
  expect(added).toMatchObject({ code: 0, stdout: "ubuntu\n" });
});
