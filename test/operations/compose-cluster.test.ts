import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { readConfig } from "../../src/config.ts";
import { readDockerfile } from "../image/dockerfile.ts";

const ROOT = join(import.meta.dirname, "../..");
const CONFIG = "src/operations/haproxy.cfg";

const service = z.object({
  build: z.string().optional(),
  environment: z.record(z.string(), z.string()).default({}),
  volumes: z.array(z.string()).default([]),
  ports: z.array(z.string()).default([]),
  depends_on: z.union([z.array(z.string()), z.record(z.string(), z.unknown())]).default([]),
  read_only: z.boolean().optional(),
});
const compose = z.object({ services: z.record(z.string(), service), volumes: z.record(z.string(), z.unknown()) });

const text = readFileSync(join(ROOT, "compose.cluster.yaml"), "utf8");
const { services, volumes } = compose.parse(parse(text, { merge: true }));
const nodes = Object.entries(services).filter(([, { build }]) => build !== undefined);
const instructions = readDockerfile(readFileSync(join(ROOT, "Dockerfile"), "utf8")).at(-1)?.instructions ?? [];
const valueOf = (word: string): string => instructions.find((one) => one.word === word)?.text ?? "";

/** What people set, as compose puts it in. */
const SET: Readonly<Record<string, string>> = {
  POSTGRES_PASSWORD: "abc123",
  IMAGEDEX_SECRET_KEY: "k".repeat(32),
  IMAGEDEX_TOKENS: `admin:${"a".repeat(32)}`,
};
const filled = (value: string): string =>
  value.replaceAll(/\$\{(\w+):\?[^}]+\}/g, (_, name: string) => SET[name] ?? "");

test("compose.cluster.yaml says that it is not run here", () => {
  expect(text).toMatch(/^#.*Tests read this file; they do not run it\.$/m);
});

test("its nodes share one record and one key, each with a file of its own in the image's volume", () => {
  expect(nodes.map(([name]) => name)).toEqual(["node-1", "node-2", "node-3"]);
  for (const [name, node] of nodes) {
    const settings = Object.entries(node.environment).map(([variable, value]) => [variable, filled(value)]);
    const config = readConfig(undefined, Object.fromEntries(settings));
    expect(config.record?.url).toBe("postgres://imagedex:abc123@postgres/imagedex");
    expect(config.database).toBe(`${valueOf("VOLUME")}/replica.db`);
    expect([config.tokens.length, config.trustedProxies, node.read_only]).toEqual([1, ["uniquelocal"], true]);
    expect(node.volumes).toEqual([`${name}:${valueOf("VOLUME")}`]);
    expect(node.depends_on).toEqual({ postgres: { condition: "service_healthy" } });
  }
  const { environment = {}, volumes: mounted = [] } = services["postgres"] ?? {};
  expect(filled(environment["POSTGRES_PASSWORD"] ?? "")).toBe("abc123");
  expect([environment["POSTGRES_USER"], environment["POSTGRES_DB"]]).toEqual(["imagedex", "imagedex"]);
  expect(Object.keys(volumes)).toEqual([...mounted, ...nodes.map(([name]) => name)].map((one) => one.split(":")[0]));
});

test("its balancer alone is reached from outside, and knows each node and how to ask whether it is ready", () => {
  const { balancer, ...others } = services;
  const lines = readFileSync(join(ROOT, CONFIG), "utf8")
    .split("\n")
    .map((line) => line.trim());
  const port = valueOf("EXPOSE");

  expect(Object.values(others).flatMap(({ ports }) => ports)).toEqual([]);
  expect(balancer?.ports).toEqual([`127.0.0.1:${port}:${port}`]);
  expect(balancer?.volumes).toEqual([`./${CONFIG}:/usr/local/etc/haproxy/haproxy.cfg:ro`]);
  expect(lines).toContain(`bind :${port}`);
  expect(lines.filter((line) => line.startsWith("server "))).toEqual(
    nodes.map(([name]) => `server ${name} ${name}:${port}`),
  );
  expect(lines).toContain("http-check send meth GET uri /readyz ver HTTP/1.1 hdr Host localhost");
  expect(lines).toContain("retry-on conn-failure empty-response 502 503");
  expect(lines).toContain("http-request disable-l7-retry unless METH_GET");
});
