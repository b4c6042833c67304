import { expect, test } from "vitest";
import { apiPaths } from "../../src/http/reading/api-paths.ts";
import { OPEN } from "../../src/http/openapi/api-path.ts";
import { seedBackend } from "../catalogue/seed.ts";
import { startServer } from "./start-server.ts";

const KNOWN: Readonly<Record<string, string>> = { backend: "one", image: "ami-1", webhook: "w" };

test("every operation refuses a parameter that it does not know", async () => {
  await using server = await startServer();
  await seedBackend(server.app.catalogue, "one");
  const operations = apiPaths
    .flatMap(({ path, operations: of }) =>
      Object.entries(of).map(([method, { security }]) => ({ method: method.toUpperCase(), path, security })),
    )
    .filter(({ security }) => security !== OPEN);

  const wrong: string[] = [];
  for (const { method, path } of operations) {
    const asked = path.replace(/[:*](\w+)/g, (_, name: string) => KNOWN[name] ?? "1");
    const answer = await server.ask(`${asked}?colour=red`, { method, ...(method !== "GET" && { body: "{}" }) });
    if (answer.status !== 400 || answer.json?.parameter !== "colour") wrong.push(`${method} ${path}: ${answer.status}`);
  }

  expect(operations.length).toBeGreaterThan(25);
  expect(wrong).toEqual([]);
});
