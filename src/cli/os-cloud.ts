import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { BadRequestError } from "../errors.ts";
import type { BackendFields } from "../sync/register-backend.ts";

type Environment = { readonly [name: string]: string };

const word = z.union([z.string(), z.number()]).transform(String).nullish();
/** The parts of a cloud's entry that say how to sign in; the rest is for other services and clients. */
const entry = z.object({
  auth: z
    .object({
      auth_url: word,
      username: word,
      user_id: word,
      password: word,
      project_name: word,
      project_id: word,
      tenant_name: word,
      tenant_id: word,
      domain_name: word,
      domain_id: word,
      default_domain: word,
      user_domain_name: word,
      user_domain_id: word,
      project_domain_name: word,
      project_domain_id: word,
      application_credential_id: word,
      application_credential_name: word,
      application_credential_secret: word,
    })
    .default({}),
  auth_type: word,
  region_name: word,
  interface: word,
  endpoint_type: word,
  cacert: word,
  profile: word,
  verify: z.unknown().optional(),
});
type CloudEntry = z.infer<typeof entry>;

/**
 * A backend's fields as OpenStack's own clients would sign in: with a cloud of `clouds.yaml` (and `secure.yaml` beside it), or
 * as `envvars` with the `OS_*` variables. Looks where these look. Throws BadRequestError.
 * https://docs.openstack.org/openstacksdk/latest/user/config/configuration.html
 */
export function readOsCloud(name: string, environment: Environment): BackendFields {
  const from = name === "envvars" ? fromEnvironment(environment) : fromFiles(name, environment);
  return fieldsOf(from, `--os-cloud ${name}`);
}

function fromEnvironment(environment: Environment): CloudEntry {
  if (environment["OS_AUTH_URL"] === undefined) throw new BadRequestError("--os-cloud envvars: OS_AUTH_URL is not set");
  const lower = Object.entries(environment).flatMap(([name, value]) =>
    name.startsWith("OS_") ? [[name.slice(3).toLowerCase(), value] as const] : [],
  );
  const said = Object.fromEntries(lower);
  return entry.parse({ ...said, auth: said });
}

function fromFiles(name: string, environment: Environment): CloudEntry {
  const file = findFile("clouds", environment["OS_CLIENT_CONFIG_FILE"], environment);
  if (file === undefined) {
    const places = foldersOf(environment).map((folder) => join(folder, "clouds.yaml"));
    throw new BadRequestError(`--os-cloud: found no clouds.yaml (looked for ${places.join(", ")})`);
  }
  const clouds = readClouds(file);
  const found = clouds[name];
  if (found === undefined) {
    const offered = Object.keys(clouds).join(", ");
    throw new BadRequestError(`--os-cloud: ${file} has no cloud ${name}; it has ${offered || "none"}`);
  }
  const secure = findFile("secure", environment["OS_CLIENT_SECURE_FILE"], environment);
  const secret = (secure === undefined ? {} : readClouds(secure))[name];
  const read = entry.safeParse(mergeInto(found, secret));
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw new BadRequestError(`--os-cloud: ${file}: ${name}.${issue?.path.join(".")}: ${issue?.message}`);
}

function foldersOf({ HOME: home, XDG_CONFIG_HOME: config }: Environment): string[] {
  const own = config ?? (home === undefined ? undefined : join(home, ".config"));
  return [".", ...(own === undefined ? [] : [join(own, "openstack")]), "/etc/openstack"];
}

function findFile(kind: "clouds" | "secure", named: string | undefined, environment: Environment): string | undefined {
  if (named !== undefined) return named;
  const names = ["yaml", "yml", "json"].map((ending) => `${kind}.${ending}`);
  return foldersOf(environment)
    .flatMap((folder) => names.map((name) => join(folder, name)))
    .find(existsSync);
}

const cloudsFile = z.object({ clouds: z.record(z.string(), z.unknown()).nullish() }).nullish();

function readClouds(file: string): { readonly [name: string]: unknown } {
  try {
    return cloudsFile.parse(parse(readFileSync(file, "utf8")))?.clouds ?? {};
  } catch (cause) {
    // The parser quotes lines of the file, which may hold a password.
    const isFileTrouble = cause instanceof Error && "syscall" in cause;
    const why = isFileTrouble ? cause.message : "expected YAML with clouds by name";
    throw new BadRequestError(`--os-cloud: ${file}: ${why}`);
  }
}

/** The second file wins. */
function mergeInto(found: unknown, secret: unknown): unknown {
  if (secret === undefined) return found;
  if (!isObject(found) || !isObject(secret)) return secret;
  const names = new Set([...Object.keys(found), ...Object.keys(secret)]);
  return Object.fromEntries([...names].map((name) => [name, mergeInto(found[name], secret[name])]));
}

function isObject(value: unknown): value is { readonly [name: string]: unknown } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function fieldsOf(cloud: CloudEntry, what: string): BackendFields {
  const { auth } = cloud;
  if (cloud.profile) throw new BadRequestError(`${what}: profiles (${cloud.profile}) are not read; write out auth_url`);
  if (!auth.auth_url) throw new BadRequestError(`${what}: auth_url is missing`);
  if (cloud.verify === false || cloud.verify === "false")
    throw new BadRequestError(`${what}: verify: false is not supported; give the server's certificate as cacert`);
  const place = {
    apiurl: auth.auth_url,
    region: cloud.region_name ?? undefined,
    interface: readInterface(cloud.interface ?? cloud.endpoint_type ?? undefined, what),
    ca_cert: cloud.cacert ? readFile(cloud.cacert, what) : undefined,
  };
  if (auth.application_credential_id) {
    const [apikey, apisecret] = [auth.application_credential_id, auth.application_credential_secret ?? undefined];
    if (apisecret === undefined) throw new BadRequestError(`${what}: application_credential_secret is missing`);
    return { ...place, apikey, apisecret };
  }
  if (auth.application_credential_name)
    throw new BadRequestError(`${what}: expected the application credential's id, not its name`);
  return { ...place, ...passwordFields(auth, what) };
}

function passwordFields(auth: CloudEntry["auth"], what: string): BackendFields {
  const project = auth.project_name ?? auth.tenant_name;
  const projectId = auth.project_id ?? auth.tenant_id;
  const apikey = nameOf(auth.username, auth.user_id, auth, "user");
  const tenant = nameOf(project, projectId, auth, "project");
  if (apikey === undefined || !auth.password)
    throw new BadRequestError(`${what}: expected username and password, or an application credential`);
  if (tenant === undefined) throw new BadRequestError(`${what}: expected project_name or project_id`);
  return { apikey, apisecret: auth.password, tenant_name: tenant };
}

/** A user or project as a backend has it: `id:ID`, or `DOMAIN/NAME`; a domain by id is `id:ID/NAME`. */
function nameOf(
  name: string | null | undefined,
  id: string | null | undefined,
  auth: CloudEntry["auth"],
  kind: "user" | "project",
): string | undefined {
  if (id) return `id:${id}`;
  if (!name) return undefined;
  const domainId = auth[`${kind}_domain_id`] ?? auth.domain_id;
  if (domainId) return `id:${domainId}/${name}`;
  const domain = auth[`${kind}_domain_name`] ?? auth.domain_name ?? auth.default_domain;
  return `${domain ?? "Default"}/${name}`;
}

function readInterface(word: string | undefined, what: string): BackendFields["interface"] {
  const short = word?.replace(/URL$/, "");
  if (short === undefined || short === "") return undefined;
  if (short === "public" || short === "internal" || short === "admin") return short;
  throw new BadRequestError(`${what}: interface ${short}: expected one of public, internal, admin`);
}

function readFile(file: string, what: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    throw new BadRequestError(`${what}: cacert: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
}
