import { expect, test } from "vitest";
import { commitImages, image, seedBackend } from "../catalogue/seed.ts";
import { startServer } from "../http/start-server.ts";

const shared = (memberStatus: string | null, more: object = {}): object => ({
  extra: { status: "ACTIVE", visibility: "shared", member_status: memberStatus, ...more },
});

test("what Glance lists only on demand comes after the rest, and not where nothing deprecated is wanted", async () => {
  await using server = await startServer();
  const { catalogue } = server.app;
  const backend = await seedBackend(catalogue, "cloud", [{ key: "openstack cloud", scope: "own" }], "openstack");
  // The later a name, the newer the image: age alone would turn the order round.
  const names = ["a-taken", "b-unknown", "c-pending", "d-rejected", "e-hidden"];
  const told = [
    shared("accepted"),
    shared(null),
    shared("pending"),
    shared("rejected"),
    shared(null, { os_hidden: true }),
  ];
  commitImages(
    catalogue,
    backend,
    names.map((name, n) => image(`id-${n}`, { name, createdAt: `2026-01-0${n + 1}T00:00:00.000Z`, ...told[n] })),
  );
  const namesOf = async (query: string): Promise<string[]> => {
    const { json } = await server.ask(`/backends/cloud/images?${query}`);
    return (json as { name: string }[]).map(({ name }) => name);
  };

  expect(await namesOf("limit=10")).toEqual(["b-unknown", "a-taken", "e-hidden", "d-rejected", "c-pending"]);
  for (const path of ["", "ids=id-0,id-1,id-2,id-3,id-4&"]) {
    expect(await namesOf(`${path}deprecated=false`)).toEqual(["b-unknown", "a-taken"]);
    expect(await namesOf(`${path}hidden=true`)).toEqual(["e-hidden", "d-rejected", "c-pending"]);
    expect(await namesOf(`${path}hidden=true&deprecated=false`)).toEqual(["e-hidden", "d-rejected", "c-pending"]);
    expect(await namesOf(`${path}deprecated=true`)).toEqual([]);
  }
});
