import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import openapiTS, { astToString } from "openapi-typescript";
import { expect, test } from "vitest";
import { commitImages, image, seedBackend } from "../catalogue/seed.ts";
import { startServer } from "../http/start-server.ts";

/** What a user writes with the generated types; what is wrong must not compile. */
const PROGRAM = `
import createClient from "openapi-fetch";
import type { components, paths } from "./api.d.ts";

export interface Findings {
  readonly ids: readonly string[];
  readonly total: string | null;
  readonly publisher: string | null | undefined;
  readonly starred: boolean | undefined;
  readonly problem: components["schemas"]["Problem"] | undefined;
}

export async function search(baseUrl: string): Promise<Findings> {
  const client = createClient<paths, "application/json" | "application/problem+json">({ baseUrl });
  const path = { backend: "test" };
  const { data = [], response } = await client.GET("/backends/{backend}/images", {
    params: { path, query: { search_term: "jammy", limit: 10, fields: "extended", deprecated: false } },
  });
  const star = await client.POST("/backends/{backend}/images/{image}", {
    params: { path: { ...path, image: data[0]?.id ?? "" } },
  });
  const wrong = await client.POST("/backends/{backend}/images", {
    params: { path },
    body: { search_term: "jammy", created_after: "2026-02-31T99:00" },
  });
  return {
    ids: data.map(({ id }) => id),
    total: response.headers.get("x-total-count"),
    publisher: data[0]?.publisher,
    starred: star.data,
    problem: wrong.error,
  };
}

export async function mistakes(baseUrl: string): Promise<void> {
  const client = createClient<paths, "application/json" | "application/problem+json">({ baseUrl });
  // @ts-expect-error no such path
  await client.GET("/image");
  // @ts-expect-error a path needs its parameters
  await client.GET("/backends/{backend}/images");
  // @ts-expect-error not one of the trusts
  await client.GET("/images", { params: { query: { trust: "everybody" } } });
  // @ts-expect-error a new backend has a provider
  await client.POST("/backends", { body: { region: "eu-west-1" } });
  // @ts-expect-error nobody deletes images
  await client.DELETE("/backends/{backend}/images", { params: { path: { backend: "test" } } });
}
`;

const SETTINGS = {
  compilerOptions: {
    target: "ES2022",
    module: "NodeNext",
    lib: ["ES2022", "DOM"],
    types: [],
    strict: true,
    exactOptionalPropertyTypes: true,
    noEmit: true,
    allowImportingTsExtensions: true,
  },
  include: ["*.ts"],
};

test("a client that is generated from the document compiles, refuses mistakes, and finds images", async () => {
  await using server = await startServer();
  const backend = await seedBackend(server.app.catalogue, "test");
  commitImages(server.app.catalogue, backend, [image("ami-1", { name: "ubuntu-jammy", ownerId: "099720109477" })]);
  const folder = mkdtempSync(join(tmpdir(), "imagedex-client-"));
  try {
    const types = await openapiTS((await server.ask("/openapi.json")).text);
    symlinkSync(join(import.meta.dirname, "../../node_modules"), join(folder, "node_modules"));
    writeFileSync(join(folder, "package.json"), '{"type":"module"}');
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(SETTINGS));
    writeFileSync(join(folder, "api.d.ts"), astToString(types));
    writeFileSync(join(folder, "program.ts"), PROGRAM);

    const said = await promisify(execFile)(compiler, ["-p", folder]).catch((error: { stdout: string }) => error);
    const program = (await import(pathToFileURL(join(folder, "program.ts")).href)) as Program;

    expect(said.stdout).toBe("");
    expect(await program.search(server.server.url)).toMatchObject({
      ids: ["ami-1"],
      total: "1",
      publisher: "Canonical",
      starred: true,
      problem: { status: 400, parameter: "created_after" },
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

interface Program {
  search(baseUrl: string): Promise<object>;
}

const compiler = join(import.meta.dirname, "../../node_modules/.bin/tsc");
