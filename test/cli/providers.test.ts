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

test("`providers` shows those that are named", async () => {
  using place = createWorkplace();

  const [some, ids] = [await place.run(["providers", "gce", "ec2"]), await place.run(["providers", "gce", "-o", "id"])];

  expect([...some.stdout.matchAll(/^(\w+):/gm)].map(([, name]) => name)).toEqual(["ec2", "gce"]);
  expect(ids.stdout).toBe("gce\n");
});
