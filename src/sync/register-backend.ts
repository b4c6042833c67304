import { randomUUID } from "node:crypto";
import { z } from "zod";
import {
  type Backend,
  type BackendAccess,
  type BackendSecrets,
  getBackend,
  listBackends,
  type NewBackend,
  readSecrets,
} from "../record/backends.ts";
import type { Catalogue } from "../catalogue/file/open-catalogue.ts";
import type { Record } from "../record/record.ts";
import type { SecretBox } from "../catalogue/file/secret-box.ts";
import { BadRequestError } from "../errors.ts";
import {
  type BackendOptions,
  type ImageProvider,
  PROVIDER_FIELDS,
  type ProviderDefinition,
  type ProviderLimits,
} from "../providers/provider.ts";
import { findProvider, providerNames } from "../providers/registry.ts";
import { assertAllowedHost, RefusedAddressError } from "../providers/transport/http/guard-address.ts";

const text = z.string().trim().min(1).max(2000).meta({ pattern: "\\S" });
/** Certificates, RSA keys and service accounts are longer than any name. */
const secret = z.string().trim().min(1).max(20_000).meta({ pattern: "\\S" });

const EXPECTED_INTERVAL = "expected seconds, a whole number from 60 to 31536000";
const INTERFACES = ["public", "internal", "admin"] as const;

/** The fields of a backend as users give them. `null` empties a field; in a change, an absent one stays. */
export const backendFields = z.strictObject({
  id: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/, "expected letters, digits, '.', '_' and '-', at most 100")
    .optional()
    .meta({ description: "name in paths; default: generated" }),
  title: text.optional().meta({ description: "name for people; default: provider and region" }),
  provider: z.enum(providerNames(), `expected one of ${providerNames().join(", ")}`).optional(),
  region: text.nullish(),
  apikey: secret.nullish().meta({ writeOnly: true }),
  apisecret: secret.nullish().meta({ writeOnly: true }),
  apiurl: text.nullish(),
  tenant_name: text.nullish(),
  role_arn: text.nullish(),
  external_id: text.nullish(),
  profile: text.nullish(),
  interface: z.enum(INTERFACES, `expected one of ${INTERFACES.join(", ")}`).nullish(),
  ca_cert: secret.nullish().meta({ description: "certificates (PEM) of the cloud's servers or of their authority" }),
  enabled: z.boolean().optional().meta({ description: "whether it is synced on schedule; default: true" }),
  poll_interval: z
    .int(EXPECTED_INTERVAL)
    .min(60, EXPECTED_INTERVAL)
    .max(31_536_000, EXPECTED_INTERVAL)
    .nullish()
    .meta({ description: "seconds between two syncs; null: IMAGEDEX_SYNC_CRON" }),
});
export type BackendFields = z.infer<typeof backendFields>;

/** The fields of a new backend. */
export const newBackendFields = backendFields.required({ provider: true });

export interface Registrar {
  readonly catalogue: Catalogue;
  readonly record: Record;
  readonly box: SecretBox;
  readonly limits: ProviderLimits;
  readonly now: () => string;
}

/** Checks and stores a new backend. Throws BadRequestError naming the field at fault. */
export async function addBackend(registrar: Registrar, fields: BackendFields): Promise<Backend> {
  if (fields.id !== undefined && listBackends(registrar.catalogue).some(({ id }) => id === fields.id)) {
    throw new BadRequestError(`id: a backend ${JSON.stringify(fields.id)} exists already`, "id");
  }
  return save(registrar, newBackend(registrar, fields));
}

/** Changes the fields that are given. Throws NotFoundError, or BadRequestError naming the field at fault. */
export async function changeBackend(registrar: Registrar, id: string, fields: BackendFields): Promise<Backend> {
  if (fields.id !== undefined && fields.id !== id) throw new BadRequestError("id: cannot be changed", "id");
  return save(registrar, changedBackend(registrar, getBackend(registrar.catalogue, id), fields));
}

/** The provider of a backend with these fields, which need not be stored. Throws BadRequestError naming the field at fault. */
export function proposeBackend(registrar: Registrar, fields: BackendFields, existing?: Backend): ImageProvider {
  const backend = existing ? changedBackend(registrar, existing, fields) : newBackend(registrar, fields);
  return createProvider(registrar, backend, backend);
}

function newBackend(registrar: Registrar, fields: BackendFields): NewBackend {
  if (!fields.provider)
    throw new BadRequestError(`provider: expected one of ${providerNames().join(", ")}`, "provider");
  return {
    id: fields.id ?? randomUUID(),
    title: fields.title ?? [fields.provider, fields.region].filter(Boolean).join(" "),
    provider: fields.provider,
    region: fields.region ?? null,
    apiurl: fields.apiurl ?? null,
    tenantName: fields.tenant_name ?? null,
    roleArn: fields.role_arn ?? null,
    externalId: fields.external_id ?? null,
    profile: fields.profile ?? null,
    interface: fields.interface ?? null,
    caCert: fields.ca_cert ?? null,
    enabled: fields.enabled ?? true,
    pollInterval: fields.poll_interval ?? null,
    createdAt: registrar.now(),
    changedAt: null,
    apikey: fields.apikey ?? null,
    apisecret: fields.apisecret ?? null,
  };
}

/** An absent field stays as it was. */
function changedBackend(registrar: Registrar, backend: Backend, fields: BackendFields): NewBackend {
  const { hasCredentials: _, starsRevision: __, ...before } = backend;
  const secrets = readSecrets(registrar.catalogue, backend.id, registrar.box);
  const given = <T>(value: T | undefined, other: T): T => (value === undefined ? other : value);
  return {
    ...before,
    title: given(fields.title, before.title),
    provider: given<string>(fields.provider, before.provider),
    region: given(fields.region, before.region),
    apiurl: given(fields.apiurl, before.apiurl),
    tenantName: given(fields.tenant_name, before.tenantName),
    roleArn: given(fields.role_arn, before.roleArn),
    externalId: given(fields.external_id, before.externalId),
    profile: given(fields.profile, before.profile),
    interface: given<string | null>(fields.interface, before.interface),
    caCert: given(fields.ca_cert, before.caCert),
    changedAt: registrar.now(),
    enabled: given(fields.enabled, before.enabled),
    pollInterval: given(fields.poll_interval, before.pollInterval),
    apikey: given(fields.apikey, secrets.apikey),
    apisecret: given(fields.apisecret, secrets.apisecret),
  };
}

/** The provider of a stored backend. */
export function openProvider(
  registrar: Pick<Registrar, "limits">,
  backend: Backend,
  secrets: BackendSecrets,
): ImageProvider {
  return createProvider(registrar, backend, secrets);
}

async function save(registrar: Registrar, backend: NewBackend): Promise<Backend> {
  const provider = createProvider(registrar, backend, backend);
  const { record, box, now } = registrar;
  await record.saveBackend(backend, provider.sources, { box, now: now() });
  return getBackend(registrar.catalogue, backend.id);
}

function createProvider(
  { limits }: Pick<Registrar, "limits">,
  backend: Omit<BackendAccess, keyof BackendSecrets>,
  { apikey, apisecret }: BackendSecrets,
): ImageProvider {
  const options = optionsOf(backend, { apikey, apisecret });
  const definition = findProvider(backend.provider);
  assertUsed(definition, options);
  try {
    const provider = definition.create(options, limits);
    if (options.apiurl) assertAllowedHost(new URL(options.apiurl), limits);
    return provider;
  } catch (error) {
    if (error instanceof RefusedAddressError)
      throw new BadRequestError(`apiurl: ${error.message}`, "apiurl", { cause: error });
    if (!(error instanceof z.ZodError)) throw error;
    const [issue] = error.issues;
    const field = FIELD_NAMES[String(issue?.path[0])] ?? String(issue?.path[0] ?? "");
    throw new BadRequestError(`${backend.provider}: ${field}: ${issue?.message}`, field, { cause: error });
  }
}

function optionsOf(backend: Omit<BackendAccess, keyof BackendSecrets>, secrets: BackendSecrets): BackendOptions {
  const { provider: _, ...fields } = { ...backend, ...secrets };
  const { region, apiurl, apikey, apisecret, tenantName, roleArn, externalId, profile, caCert } = fields;
  const all = { region, apiurl, apikey, apisecret, tenantName, roleArn, externalId, profile, caCert };
  const given = Object.entries({ ...all, interface: fields.interface }).filter(([, value]) => value !== null);
  return Object.fromEntries(given);
}

/** A field that the provider ignores is a mistake, so it is refused. */
function assertUsed({ name, fields }: ProviderDefinition, options: BackendOptions): void {
  const used = fields.map((field) => field.name);
  const { tenantName, roleArn, externalId, caCert, ...same } = options;
  const given = { ...same, tenant_name: tenantName, role_arn: roleArn, external_id: externalId, ca_cert: caCert };
  const unused = PROVIDER_FIELDS.find((field) => given[field] !== undefined && !used.includes(field));
  if (unused)
    throw new BadRequestError(`${unused}: not a field of ${name}; its fields are ${used.join(", ") || "none"}`, unused);
}

/** The names that users know for options of providers. */
const FIELD_NAMES: { readonly [option: string]: string } = {
  tenantName: "tenant_name",
  roleArn: "role_arn",
  externalId: "external_id",
  caCert: "ca_cert",
};
