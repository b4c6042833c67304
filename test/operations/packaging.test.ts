import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { readConfig } from "../../src/config.ts";
import { readDockerfile } from "../image/dockerfile.ts";

const ROOT = join(import.meta.dirname, "../..");

const compose = z.object({
  services: z.object({
    imagedex: z.object({
      environment: z.record(z.string(), z.string()),
      ports: z.array(z.string()),
      volumes: z.array(z.string()),
      read_only: z.literal(true),
      mem_limit: z.string().regex(/^\d+g$/),
    }),
  }),
  volumes: z.record(z.string(), z.unknown()),
});

test("compose.yaml sets what there is to set, opens the image's port on loopback, and keeps its volume", () => {
  const { services, volumes } = compose.parse(parse(readFileSync(join(ROOT, "compose.yaml"), "utf8")));
  const { environment, ports, volumes: mounted } = services.imagedex;
  const last = readDockerfile(readFileSync(join(ROOT, "Dockerfile"), "utf8")).at(-1)?.instructions ?? [];
  const valuesOf = (word: string): string[] => last.filter((one) => one.word === word).map(({ text }) => text);

  const values = Object.fromEntries(Object.keys(environment).map((name) => [name, `admin:${"a".repeat(32)}`]));
  expect(
    readConfig(undefined, {
      ...values,
      IMAGEDEX_DATABASE: join(ROOT, "none", "i.db"),
      IMAGEDEX_SECRET_KEY: "k".repeat(32),
    }).tokens,
  ).toHaveLength(1);
  expect(ports).toEqual(valuesOf("EXPOSE").map((port) => `127.0.0.1:${port}:${port}`));
  expect(mounted).toEqual(valuesOf("VOLUME").map((path) => `data:${path}`));
  expect(Object.keys(volumes)).toEqual(["data"]);
});
