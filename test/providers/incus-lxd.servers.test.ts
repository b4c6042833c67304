import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createIncusProvider } from "../../src/providers/incus/provider.ts";
import type { BackendOptions, ImageProvider } from "../../src/providers/provider.ts";
import { CLIENT } from "../fakes/tls-pairs.ts";
import { needProgram } from "../foreign/need-program.ts";
import { type SocketService, startSocketService } from "../foreign/socket-service.ts";
import { listAll } from "./contract.ts";
import { failureOf } from "./failure-of.ts";
import { freePort } from "../free-port.ts";

const { path: program, isMissing } = needProgram("lxd");
// It mounts folders of its own.
const isRoot = process.getuid?.() === 0;

describe.skipIf(isMissing || !isRoot)("incus provider, with a real LXD", () => {
  let folder = "";
  let lxd: SocketService;
  let apiurl = "";

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "imagedex-lxd-"));
    const socket = join(folder, "unix.socket");
    lxd = await startSocketService({ program, args: ["--group", "root"], socket, env: { LXD_DIR: folder } });
    execFileSync(program, ["waitready", "--timeout", "120"], { env: { ...process.env, LXD_DIR: folder } });
    const port = await freePort();
    apiurl = `https://127.0.0.1:${port}`;
    await lxd.ask("PATCH", "/1.0", { json: { config: { "core.https_address": `127.0.0.1:${port}` } } });
    await lxd.ask("POST", "/1.0/projects", { json: { name: "lab", config: { "features.images": "true" } } });
    await addImage("default", "first", true);
    await addImage("default", "second", false);
    await addImage("lab", "third", true);
  });

  afterAll(async () => {
    await lxd[Symbol.asyncDispose]();
    for (const mount of ["shmounts", "devlxd"]) spawnSync("umount", [join(folder, mount)]);
    rmSync(folder, { recursive: true, force: true });
  });

  test("shows everybody the public images, of one project if told so, known by its own certificate alone", async () => {
    const caCert = readFileSync(join(folder, "server.crt"), "utf8");

    expect(await named(open({ caCert }))).toEqual(["first"]);
    expect(await named(open({ caCert, tenantName: "lab" }))).toEqual(["third"]);
    expect((await failureOf(listAll({ provider: open({}) }))).message).toMatch(/certificate is not trusted.*ca_cert/);
  });

  test("shows its own socket everything", async () => {
    const provider = open({ apiurl: `unix://${join(folder, "unix.socket")}` });

    expect(await named(provider)).toEqual(["first", "second", "third"]);
  });

  test("shows a certificate everything once it trusts it, and refuses it before", async () => {
    const caCert = readFileSync(join(folder, "server.crt"), "utf8");
    const provider = open({ caCert, apikey: CLIENT.certificate, apisecret: CLIENT.key });
    expect(await failureOf(listAll({ provider }))).toMatchObject({ reason: "credentials" });

    const certificate = CLIENT.certificate.replace(/-----[^-]+-----|\s/g, "");
    await lxd.ask("POST", "/1.0/certificates", { json: { type: "client", name: "imagedex", certificate } });

    expect(await named(provider)).toEqual(["first", "second", "third"]);
  });

  function open(options: Partial<BackendOptions>): ImageProvider {
    return createIncusProvider({ apiurl, ...options }, { allowLinkLocal: false }, { sleep: async () => {} });
  }

  async function addImage(project: string, name: string, isPublic: boolean): Promise<void> {
    const content = join(folder, "content", name);
    mkdirSync(join(content, "rootfs"), { recursive: true });
    const metadata = `architecture: x86_64\ncreation_date: 1795477367\nproperties: { description: ${name} }\n`;
    writeFileSync(join(content, "metadata.yaml"), metadata);
    const body = execFileSync("tar", ["-c", "-C", content, "metadata.yaml", "rootfs"]);
    const headers = { "x-lxd-public": String(isPublic) };
    const started = (await lxd.ask("POST", `/1.0/images?project=${project}`, { body, headers })) as {
      operation: string;
    };
    await lxd.ask("GET", `${started.operation.split("?")[0]}/wait?project=${project}`);
  }
});

async function named(provider: ImageProvider): Promise<(string | null)[]> {
  const { images, rejected } = await listAll({ provider });
  expect(rejected).toEqual([]);
  return images.map(({ description }) => description ?? "").toSorted();
}
