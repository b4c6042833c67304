import { randomBytes } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export const ADMIN_PASSWORD = "admin's password";

/** Writes what Keystone and Glance read, for databases and images in the same folder. */
export function writeKeystoneConfiguration(folder: string): void {
  for (const name of ["fernet", "receipts", "credentials"]) {
    mkdirSync(join(folder, name), { mode: 0o700 });
    // The staged key and the one in use, as `keystone-manage fernet_setup` makes them.
    for (const key of ["0", "1"]) writeFileSync(join(folder, name, key), fernetKey(), { mode: 0o600 });
  }
  write(folder, "keystone.conf", {
    DEFAULT: { log_dir: folder, log_file: "keystone.log" },
    database: { connection: `sqlite:///${folder}/keystone.db` },
    cache: { enabled: "false" },
    // Passwords of tests need no strength.
    identity: { password_hash_rounds: "4" },
    fernet_tokens: { key_repository: join(folder, "fernet") },
    fernet_receipts: { key_repository: join(folder, "receipts") },
    credential: { key_repository: join(folder, "credentials") },
  });
}

/** `pageSize`: more images than that Glance puts on no page. */
export function writeGlanceConfiguration(folder: string, keystone: string, pageSize: number): void {
  mkdirSync(join(folder, "images"), { recursive: true });
  write(folder, "glance-api.conf", {
    DEFAULT: {
      log_dir: folder,
      log_file: "glance.log",
      api_limit_max: String(pageSize),
      node_staging_uri: `file://${folder}/staging`,
      filesystem_store_datadir: join(folder, "images"),
    },
    database: { connection: `sqlite:///${folder}/glance.db` },
    glance_store: { stores: "file", default_store: "file", filesystem_store_datadir: join(folder, "images") },
    keystone_authtoken: {
      auth_type: "password",
      auth_url: `${keystone}/v3`,
      www_authenticate_uri: keystone,
      username: "admin",
      password: ADMIN_PASSWORD,
      project_name: "admin",
      user_domain_id: "default",
      project_domain_id: "default",
    },
    paste_deploy: { flavor: "keystone" },
  });
  write(folder, "glance-api-paste.ini", {
    "pipeline:glance-api-keystone": { pipeline: "authtoken context rootapp" },
    "composite:rootapp": {
      "paste.composite_factory": "glance.api:root_app_factory",
      "/": "apiversions",
      "/v2": "apiv2app",
    },
    "app:apiversions": { "paste.app_factory": "glance.api.versions:create_resource" },
    "app:apiv2app": { "paste.app_factory": "glance.api.v2.router:API.factory" },
    "filter:context": { "paste.filter_factory": "glance.api.middleware.context:ContextMiddleware.factory" },
    "filter:authtoken": {
      "paste.filter_factory": "keystonemiddleware.auth_token:filter_factory",
      delay_auth_decision: "true",
    },
  });
}

type Sections = Readonly<Record<string, Readonly<Record<string, string>>>>;

function write(folder: string, name: string, sections: Sections): void {
  const text = Object.entries(sections).map(
    ([section, settings]) =>
      `[${section}]\n${Object.entries(settings)
        .map(([key, value]) => `${key} = ${value}\n`)
        .join("")}`,
  );
  writeFileSync(join(folder, name), text.join("\n"), { mode: 0o600 });
}

function fernetKey(): string {
  // Base64 for URLs, with its padding: 32 bytes end in one `=`.
  return `${randomBytes(32).toString("base64url")}=`;
}
