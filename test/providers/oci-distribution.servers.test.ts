import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createOciProvider } from "../../src/providers/oci/provider.ts";
import type { BackendOptions, ImageProvider } from "../../src/providers/provider.ts";
import { PASSWORD, USER } from "../fakes/oci.ts";
import { SERVER } from "../fakes/tls-pairs.ts";
import { deleteImage, pushImage, startDockerRegistry } from "../foreign/docker-registry.ts";
import { needProgram } from "../foreign/need-program.ts";
import { startTokenService, tokenAuth } from "../foreign/token-service.ts";
import { listAll } from "./contract.ts";
import { failureOf } from "./failure-of.ts";

const { path: program, isMissing } = needProgram("docker-registry");
const ACCOUNT = { apikey: USER, apisecret: PASSWORD };
/** More than there are on a page of the catalogue, and on two. */
const REPOSITORIES = Array.from({ length: 205 }, (_, n) => `lab/r${String(n).padStart(3, "0")}`);
const EXPECTED = [...REPOSITORIES.map((name) => `${name}:1.0`), "web:1", "web:2", "web:latest"];

describe.skipIf(isMissing)("oci provider, with the registry that everybody runs", () => {
  let folder = "";

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "imagedex-registry-"));
    await using registry = await startDockerRegistry(program, folder, {});
    await Promise.all(REPOSITORIES.map((name) => pushImage(registry.url, name, ["1.0"])));
    await pushImage(registry.url, "web", ["1", "2", "latest"]);
    await deleteImage(registry.url, "emptied", await pushImage(registry.url, "emptied", ["1"]));
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test("lists every tag of an open one, past an emptied repository", async () => {
    await using registry = await startDockerRegistry(program, folder, {});

    const { images, rejected } = await listAll(of(registry.url));

    expect(rejected).toEqual([]);
    expect(images.map(({ id }) => id).toSorted()).toEqual(EXPECTED);
  });

  test("lists only what is named", async () => {
    await using registry = await startDockerRegistry(program, folder, {});

    const { images } = await listAll(of(registry.url, { tenantName: "web lab/r007" }));

    expect(images.map(({ id }) => id).toSorted()).toEqual(["lab/r007:1.0", "web:1", "web:2", "web:latest"]);
    const missing = await failureOf(listAll(of(registry.url, { tenantName: "nothing" })));
    expect(missing.message).toMatch(/nothing\/tags\/list: answered 404.*NAME_UNKNOWN/);
  });

  test("shows a password where one is wanted", async () => {
    // The bcrypt of PASSWORD.
    const line = `${USER}:$2b$04$JB/vvJj.hyRPcCgVVHzbgOmvLnZpQtlfqyG44sHuL/UGRS0e1OMmm\n`;
    writeFileSync(join(folder, "htpasswd"), line);
    const auth = { htpasswd: { realm: "lab", path: join(folder, "htpasswd") } };
    await using registry = await startDockerRegistry(program, folder, auth);

    expect((await listAll(of(registry.url, ACCOUNT))).images).toHaveLength(EXPECTED.length);
    for (const wrong of [{}, { ...ACCOUNT, apisecret: "wrong" }]) {
      expect(await failureOf(listAll(of(registry.url, wrong)))).toMatchObject({ reason: "credentials" });
    }
  });

  test("brings a token for each repository where tokens are wanted", async () => {
    await using service = await startTokenService(`Basic ${Buffer.from(`${USER}:${PASSWORD}`).toString("base64")}`);
    writeFileSync(join(folder, "authority.pem"), SERVER.certificate);
    const auth = tokenAuth(service, join(folder, "authority.pem"));
    await using registry = await startDockerRegistry(program, folder, auth);

    expect((await listAll(of(registry.url, ACCOUNT))).images).toHaveLength(EXPECTED.length);
    // One for the catalogue, one for each repository, the emptied one included.
    expect(service.requests).toHaveLength(REPOSITORIES.length + 3);
    for (const wrong of [{}, { ...ACCOUNT, apisecret: "wrong" }]) {
      expect(await failureOf(listAll(of(registry.url, wrong)))).toMatchObject({ reason: "credentials" });
    }
  });
});

function of(apiurl: string, options: Partial<BackendOptions> = {}): { provider: ImageProvider } {
  return { provider: createOciProvider({ apiurl, ...options }, { allowLinkLocal: false }) };
}
