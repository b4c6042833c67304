import { expect, test } from "vitest";
import { ami } from "../fakes/ec2.ts";
import { cannotCheck, promtool } from "../operations/promtool.ts";
import { startMetricsLab } from "./metrics-lab.ts";
import { scrape } from "./scrape.ts";

test.skipIf(cannotCheck)("Prometheus finds nothing to object to", async () => {
  await using lab = await startMetricsLab();
  lab.cloud.images = Array.from({ length: 10 }, (_, n) => ami(n));
  await lab.sync();
  const { text } = await scrape(lab.server);
  const own = text.split("\n").filter((line) => /^(# \w+ )?imagedex_/.test(line));

  expect(promtool(["check", "metrics"], { input: `${own.join("\n")}\n` })).toEqual({ code: 0, said: "" });
  // Names that prom-client gives Node.js's own are not all to promtool's taste (exit code 3), but it reads them.
  expect(promtool(["check", "metrics"], { input: text }).said).not.toMatch(/error while linting|parsing/);
  expect(promtool(["check", "metrics"], { input: `${text}imagedex_broken{ 1\n` }).said).toMatch(/error while linting/);
});
