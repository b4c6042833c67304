import { expect, test } from "vitest";
import { startFakeDocker, summary } from "../fakes/docker.ts";
import { createWorkplace } from "./run-imagedex.ts";

test("search prints when an image was made, however its cloud names and writes that", async () => {
  await using docker = await startFakeDocker();
  docker.images = [summary(1)];
  using workplace = createWorkplace();
  await workplace.run(["backends", "add", "--provider", "docker", "--apiurl", docker.url, "--id", "engine"]);
  await workplace.run(["sync", "engine"]);

  const { code, stdout } = await workplace.run(["search", "engine", "lab/small"]);

  expect(code).toBe(0);
  expect(stdout).toMatch(/lab\/small-1:latest\tlab\/small-1:latest\t2026-11-23T23:42:47\.353Z/);
});
