import { dirname } from "node:path";
import { expect } from "vitest";
import type { MachineImage } from "../../src/image.ts";
import type { ImageProvider } from "../../src/providers/provider.ts";
import { commitImages, seedBackend } from "../catalogue/seed.ts";
import { callImagedex } from "../cli/call-imagedex.ts";
import type { Ended } from "../cli/run-imagedex.ts";
import { startServer } from "../http/start-server.ts";

/** An image of a cloud goes through everything that shows images: what reads entries reads nothing that only some clouds give. */
export async function expectShownEverywhere(provider: ImageProvider, image: MachineImage): Promise<void> {
  await using server = await startServer();
  const { catalogue } = server.app;
  const sources = [{ key: `${provider.name} shown`, scope: "public" as const }];
  const backend = await seedBackend(catalogue, "cloud", sources, provider.name);
  // What the first listing finds is no news.
  commitImages(catalogue, backend, []);
  commitImages(catalogue, backend, [image]);
  const name = image.name ?? image.id;
  const path = "/backends/cloud/images";
  const entry = { star: false, id: image.id, name, extra: structuredClone(image.extra) };
  for (const query of ["", `?search_term=${encodeURIComponent(image.id)}`, "?limit=1"])
    expect((await server.ask(path + query)).json, query).toEqual([entry]);
  const one = await server.ask(`${path}/${image.id.split("/").map(encodeURIComponent).join("/")}`);
  expect(one.json).toMatchObject(entry);
  const [extended] = (await server.ask(`${path}?fields=extended`)).json;
  expect(extended).toMatchObject({ ...entry, state: expect.any(String) });
  expect((await server.ask("/backends/cloud/facets")).status).toBe(200);
  const changes = await server.ask("/backends/cloud/changes");
  expect(changes.text).toContain(JSON.stringify(image.id));
  expect((await server.ask("/backends/cloud/changes.atom")).text).toContain("<entry>");

  const folder = dirname(catalogue.file);
  const env = {
    IMAGEDEX_DATABASE: catalogue.file,
    IMAGEDEX_SECRET_KEY: server.config.secretKey,
    PATH: process.env["PATH"],
  };
  const call = (args: readonly string[]): Promise<Ended> => callImagedex(args, { folder, env });
  const [table, json, shown] = [
    await call(["search", "cloud"]),
    await call(["search", "cloud", "--json"]),
    await call(["images", "show", image.id]),
  ];
  for (const ended of [table, json, shown]) expect(ended).toMatchObject({ code: 0 });
  expect(table.stdout.trim()).not.toBe("");
  expect(JSON.parse(json.stdout)).toEqual([entry]);
  expect(shown.stdout).toContain(JSON.stringify(image.id));
}
