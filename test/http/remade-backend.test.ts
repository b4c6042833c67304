import { expect, test } from "vitest";
import { commitImages, image, seedBackend } from "../catalogue/seed.ts";
import { startServer } from "./start-server.ts";

test("a backend that is removed and made again has its own ETags and stars", async () => {
  await using server = await startServer();
  const { catalogue } = server.app;
  const shared = [{ key: "ec2 eu-west-1 public", scope: "public" as const }];
  const keeper = await seedBackend(catalogue, "keeper", shared);
  commitImages(catalogue, keeper, [image("ami-1"), image("ami-2")]);
  const make = (): Promise<unknown> =>
    seedBackend(catalogue, "x", shared, "ec2", "eu-west-1", new Date().toISOString());
  await make();
  await server.ask("/backends/x/images/ami-1", { method: "POST" });
  const before = await server.ask("/backends/x/images?limit=5");
  expect((await server.ask("/backends/x", { method: "DELETE" })).status).toBe(204);

  await make();
  await server.ask("/backends/x/images/ami-2", { method: "POST" });
  const after = await server.ask("/backends/x/images?limit=5");
  const again = await server.ask("/backends/x/images?limit=5", {
    headers: { "if-none-match": String(before.headers["etag"]) },
  });

  const starred = (json: readonly { id: string; star: boolean }[]): string[] =>
    json.filter(({ star }) => star).map(({ id }) => id);
  expect([starred(before.json), starred(after.json)]).toEqual([["ami-1"], ["ami-2"]]);
  expect(again.status).toBe(200);
});
