import { createLocalRecord } from "../../../src/record/record.ts";
import { describe, expect, test } from "vitest";
import { commitImages, image, NOW, seedBackend } from "../../catalogue/seed.ts";
import { startServer, type TestServer } from "../start-server.ts";

const SLASHED = "projects/debian-cloud/global/images/debian-12";

describe("GET /images/{image_id}", () => {
  test("shows an image in every backend that shows or showed it, those that list it first", async () => {
    await using server = await twoBackends();
    await createLocalRecord(server.app.catalogue).toggleStar("b", "ami-both", NOW);

    const { json } = await server.ask("/images/ami-both");

    expect(json).toEqual([
      expect.objectContaining({ backend_id: "b", provider: "ec2", region: "us-east-1", star: true, retired_at: null }),
      expect.objectContaining({ backend_id: "a", region: "eu-west-1", star: false, retired_at: NOW }),
    ]);
  });

  test.each([`/images/${SLASHED}`, `/images/${encodeURIComponent(SLASHED)}`])("finds %s", async (path) => {
    await using server = await twoBackends();
    expect((await server.ask(path)).json).toEqual([expect.objectContaining({ id: SLASHED, backend_id: "b" })]);
  });

  test("says that there is none only when all is listed", async () => {
    await using server = await twoBackends();
    const listed = await server.ask("/images/ami-404");
    await seedBackend(server.app.catalogue, "c", undefined, "ec2", "sa-east-1");
    server.app.catalogue.sqlite.exec("UPDATE backends SET enabled = 0 WHERE id = 'c'");

    const missing = await server.ask("/images/ami-404");
    const partial = await server.ask("/images/ami-404?partial=true");
    const known = await server.ask("/images/ami-both");

    expect([listed.status, missing.status, partial.status, known.status]).toEqual([404, 503, 200, 200]);
    expect(listed.json.detail).toContain("ami-404");
    expect(partial.json).toEqual([]);
    expect(known.headers).toMatchObject({
      "x-catalogue-state": "partial",
      "x-catalogue-missing": expect.stringContaining("disabled"),
    });
  });
});

async function twoBackends(): Promise<TestServer> {
  const server = await startServer();
  const { catalogue } = server.app;
  const a = await seedBackend(catalogue, "a", undefined, "ec2", "eu-west-1");
  commitImages(catalogue, a, [image("ami-both"), image("ami-a")]);
  commitImages(catalogue, a, [image("ami-a")]);
  const b = await seedBackend(catalogue, "b", undefined, "ec2", "us-east-1");
  commitImages(catalogue, b, [image("ami-both"), image(SLASHED)]);
  return server;
}
