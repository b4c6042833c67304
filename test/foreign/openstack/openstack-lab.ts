import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import Database from "better-sqlite3";
import { ADMIN_PASSWORD, writeGlanceConfiguration, writeKeystoneConfiguration } from "./configuration.ts";
import { createOpenstackAdmin, type OpenstackAdmin } from "./openstack-admin.ts";

/** A real Keystone and a real Glance, of Debian's packages, with databases in a folder of their own. */
export interface OpenstackLab extends AsyncDisposable {
  /** Keystone's address without `/v3`. */
  readonly keystone: string;
  /** Where Glance is now. */
  glance(): string;
  /** Ends Glance's process and starts another one at the same port. */
  restartGlance(): Promise<void>;
  readonly admin: OpenstackAdmin;
}

const run = promisify(execFile);

/** Of Debian, whose modules another Python of the machine does not know. */
const PYTHON = "/usr/bin/python3";

const SERVE = `
import sys
from wsgiref.simple_server import make_server
from MODULE import FACTORY
server = make_server("127.0.0.1", int(sys.argv.pop()), FACTORY())
print("listening on", server.server_port, flush=True)
server.serve_forever()
`;
const SERVE_KEYSTONE = SERVE.replace("MODULE", "keystone.server.wsgi").replace(
  /FACTORY/g,
  "initialize_public_application",
);
const SERVE_GLANCE = SERVE.replace("MODULE", "glance.common.wsgi_app").replace(/FACTORY/g, "init_app");

/** `pageSize`: more images than that Glance puts on no page. */
export async function startOpenstackLab(pageSize: number): Promise<OpenstackLab> {
  const folder = mkdtempSync(join(tmpdir(), "imagedex-openstack-"));
  const environment = {
    ...process.env,
    OS_KEYSTONE_CONFIG_DIR: folder,
    OS_KEYSTONE_CONFIG_FILES: join(folder, "keystone.conf"),
    OS_GLANCE_CONFIG_DIR: folder,
  };
  const python = (...args: readonly string[]): Promise<unknown> => run(PYTHON, args, { env: environment });
  writeKeystoneConfiguration(folder);
  writeGlanceConfiguration(folder, "http://127.0.0.1", pageSize);
  const setUpKeystone = async (): Promise<Service> => {
    const manage = ["/usr/bin/keystone-manage", "--config-file", join(folder, "keystone.conf")];
    await python(...manage, "db_sync");
    useWriteAheadLog(join(folder, "keystone.db"));
    await python(...manage, "bootstrap", "--bootstrap-password", ADMIN_PASSWORD, "--bootstrap-region-id", "RegionOne");
    return serve(SERVE_KEYSTONE, environment, 0);
  };
  const setUpGlance = async (): Promise<void> => {
    const files = ["--config-file", join(folder, "glance-api.conf")];
    await python("-c", "from glance.cmd.manage import main; main()", ...files, "db_sync");
    useWriteAheadLog(join(folder, "glance.db"));
  };
  const [keystone] = await Promise.all([setUpKeystone(), setUpGlance()]);
  writeGlanceConfiguration(folder, keystone.url, pageSize);
  let glance = await serve(SERVE_GLANCE, environment, 0);
  const admin = await createOpenstackAdmin(keystone.url, () => glance.url);
  const region = "RegionOne";
  for (const kind of ["public", "internal", "admin"] as const)
    await admin.addEndpoint({ type: "identity", interface: kind, url: `${keystone.url}/v3`, region });
  await admin.addEndpoint({ type: "image", interface: "public", url: glance.url, region });
  return {
    keystone: keystone.url,
    glance: () => glance.url,
    async restartGlance() {
      const port = Number(new URL(glance.url).port);
      await glance[Symbol.asyncDispose]();
      glance = await serve(SERVE_GLANCE, environment, port);
    },
    admin,
    async [Symbol.asyncDispose]() {
      await Promise.all([keystone[Symbol.asyncDispose](), glance[Symbol.asyncDispose]()]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Without it SQLite refuses writes while another connection reads, and the services answer 500. */
function useWriteAheadLog(file: string): void {
  const database = new Database(file);
  database.pragma("journal_mode = WAL");
  database.close();
}

interface Service extends AsyncDisposable {
  readonly url: string;
}

async function serve(script: string, env: NodeJS.ProcessEnv, port: number): Promise<Service> {
  const child = spawn(PYTHON, ["-c", script, String(port)], { env, stdio: ["ignore", "pipe", "pipe"] });
  const ended = once(child, "exit");
  const url = await new Promise<string>((resolve, reject) => {
    let [log, printed] = ["", ""];
    child.stderr.on("data", (chunk: Buffer) => (log = (log + chunk.toString()).slice(-20_000)));
    child.stdout.on("data", (chunk: Buffer) => {
      printed += chunk.toString();
      const listening = /listening on (\d+)\n/.exec(printed)?.[1];
      if (listening !== undefined) resolve(`http://127.0.0.1:${listening}`);
    });
    child.once("exit", () => reject(new Error(`it ended before it listened: ${log}`)));
  });
  return {
    url,
    async [Symbol.asyncDispose]() {
      child.kill();
      await ended;
    },
  };
}
