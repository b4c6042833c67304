import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { spawn } from "node:child_process";
import { expect, test } from "vitest";
import { getBackend, readSecrets } from "../../src/record/backends.ts";
import { openCatalogue } from "../../src/catalogue/file/open-catalogue.ts";
import { readSecretKey } from "../../src/catalogue/file/secret-key.ts";
import { createSecretBox } from "../../src/catalogue/file/secret-box.ts";
import { CLIENT, SERVER } from "../fakes/tls-pairs.ts";
import { createWorkplace, type Ended, type Workplace } from "./run-imagedex.ts";

const MAIN = join(import.meta.dirname, "../../src/main.ts");

test("a key of many lines is read from standard input, whole", async () => {
  using workplace = createWorkplace();
  writeFileSync(join(workplace.folder, "server.crt"), SERVER.certificate);

  const fields = ["--apiurl", "https://incus.example.org", "--apikey", CLIENT.certificate, "--ca-cert", "server.crt"];
  const added = await add(workplace, ["--provider", "incus", "--id", "lab", "--apisecret", "-", ...fields], CLIENT.key);

  expect(added).toMatchObject({ code: 0, stdout: "lab\n" });
  using catalogue = openCatalogue(workplace.database);
  const box = createSecretBox(readSecretKey(workplace.database, undefined));
  expect(readSecrets(catalogue, "lab", box).apisecret).toBe(CLIENT.key);
  expect(getBackend(catalogue, "lab").caCert).toBe(SERVER.certificate);
});

test.each([
  [["--apikey", "-", "--apisecret", "-"], "x", /--apikey and --apisecret: only one/],
  [["--apisecret", "-"], "", /--apisecret: standard input is empty/],
  [["--ca-cert", "nosuch.crt"], "", /--ca-cert: .*nosuch\.crt/],
])("%j is refused with %j", async (options, input, message) => {
  using workplace = createWorkplace();

  const { code, stderr } = await add(workplace, ["--provider", "openstack", ...options], input);

  expect(code).toBe(2);
  expect(stderr).toMatch(message);
});

async function add(workplace: Workplace, options: readonly string[], input: string): Promise<Ended> {
  const env = { PATH: process.env["PATH"], IMAGEDEX_DATABASE: workplace.database };
  const child = spawn(process.execPath, [MAIN, "backends", "add", ...options], { cwd: workplace.folder, env });
  child.stdin.end(input);
  const [stdout, stderr] = [text(child.stdout), text(child.stderr)];
  await once(child, "exit");
  return { code: child.exitCode, stdout: await stdout, stderr: await stderr };
}
