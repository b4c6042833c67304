import { describe, expect, test } from "vitest";
import { z } from "zod";
import type { MachineImage } from "../../src/image.ts";
import { commitImages, image, seedBackend } from "../catalogue/seed.ts";
import { startServer, type TestServer } from "./start-server.ts";

const jammy = (id: string, createdAt: string): MachineImage =>
  image(id, { name: "ubuntu-jammy", ownerId: "099720109477", createdAt });

describe("GET /images/{image_id}/regions", () => {
  test("finds the owner's image of the same name and architecture in every region", async () => {
    await using server = await threeRegions();

    const { json } = await server.ask("/images/ami-a1/regions");

    expect(json).toEqual([
      { backend_id: "b", region: "us-east-1", image_id: "ami-b1", name: "ubuntu-jammy", created_at: "2026-02-02" },
      { backend_id: "a", region: "eu-west-1", image_id: "ami-a1", name: "ubuntu-jammy", created_at: "2026-02-01" },
      { backend_id: "b", region: "us-east-1", image_id: "ami-b0", name: "ubuntu-jammy", created_at: "2025-01-01" },
    ]);
  });

  test.each([
    ["Amazon EKS", { ownerId: "602401143452" }, { ownerId: "800184023465" }],
    ["Bottlerocket", { ownerId: "092701018921" }, { ownerId: "040063162771" }],
    ["Windows of Amazon", { ownerId: "801119661308" }, { ownerId: "016951021795" }],
    [
      "Amazon ECS",
      { ownerId: "591542846629" },
      { ownerId: "555500000001", ownerAlias: "amazon", name: "al2023-ami-ecs-hvm-1" },
    ],
    ["the Marketplace", { ownerId: "679593333241", ownerAlias: "aws-marketplace" }, { ownerId: "345084742485" }],
  ])("finds the image that %s owns by another account elsewhere", async (_, here, elsewhere) => {
    await using server = await startServer();
    const { catalogue } = server.app;
    const name = "name" in elsewhere ? elsewhere.name : "a-name-of-theirs";
    const at = async (id: string, region: string, fields: Partial<MachineImage>): Promise<void> => {
      const backend = await seedBackend(
        catalogue,
        id,
        [{ key: `ec2 ${region} public`, scope: "public" }],
        "ec2",
        region,
      );
      commitImages(catalogue, backend, [image(`ami-${id}`, { ...fields, name })]);
    };
    await at("here", "us-east-1", here);
    await at("there", "ap-east-1", elsewhere);
    await at("stranger", "sa-east-1", { ownerId: "666666666666" });

    const { json } = await server.ask("/images/ami-here/regions");

    const found = z.array(z.object({ image_id: z.string() })).parse(json);
    expect(found.map(({ image_id: id }) => id).toSorted()).toEqual(["ami-here", "ami-there"]);
  });

  test("never takes an image of another cloud for the same", async () => {
    await using server = await startServer();
    const { catalogue } = server.app;
    for (const cloud of ["digitalocean", "vultr"]) {
      const backend = await seedBackend(catalogue, cloud, [{ key: `${cloud} public`, scope: "public" }], cloud, "ams");
      commitImages(catalogue, backend, [image(`${cloud}-1`, { name: "Debian 12", ownerId: null })]);
    }

    expect((await server.ask("/images/vultr-1/regions")).json).toEqual([
      expect.objectContaining({ backend_id: "vultr" }),
    ]);
  });

  test("writes the newest of each region as a Terraform map", async () => {
    await using server = await threeRegions();
    const { text, headers } = await server.ask("/images/ami-b0/regions?format=terraform");
    expect(headers["content-type"]).toContain("text/plain");
    expect(text).toBe('{\n  "eu-west-1" = "ami-a1"\n  "us-east-1" = "ami-b1"\n}\n');
  });

  test("writes them as a CloudFormation mapping", async () => {
    await using server = await threeRegions();
    expect((await server.ask("/images/ami-b0/regions?format=cloudformation")).json).toEqual({
      Mappings: { RegionMap: { "eu-west-1": { ImageId: "ami-a1" }, "us-east-1": { ImageId: "ami-b1" } } },
    });
  });

  test.each([
    ["/images/ami-404/regions", 404, "ami-404"],
    ["/images/ami-a1/regions?format=yaml", 400, "format"],
    ["/images/ami-a1/regions?region=x", 400, "region"],
  ])("refuses %s with %i", async (path, status, named) => {
    await using server = await threeRegions();
    const answer = await server.ask(path);
    expect([answer.status, answer.json.detail]).toEqual([status, expect.stringContaining(named)]);
  });
});

async function threeRegions(): Promise<TestServer> {
  const server = await startServer();
  const { catalogue } = server.app;
  const add = async (id: string, region: string, images: MachineImage[]): Promise<void> => {
    const backend = await seedBackend(catalogue, id, [{ key: `ec2 ${region} public`, scope: "public" }], "ec2", region);
    commitImages(catalogue, backend, images);
  };
  await add("a", "eu-west-1", [
    jammy("ami-a1", "2026-02-01"),
    { ...jammy("ami-a2", "2026-02-01"), architecture: "arm64" },
  ]);
  await add("b", "us-east-1", [jammy("ami-b0", "2025-01-01"), jammy("ami-b1", "2026-02-02")]);
  // The same name from somebody else is another image.
  await add("c", "sa-east-1", [{ ...jammy("ami-c1", "2026-02-02"), ownerId: "666666666666" }]);
  return server;
}
