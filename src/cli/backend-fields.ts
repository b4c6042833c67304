import { readFileSync } from "node:fs";
import { text } from "node:stream/consumers";
import type { Command } from "commander";
import { BadRequestError } from "../errors.ts";
import { type BackendFields, backendFields } from "../sync/register-backend.ts";

/** What the options of `addFieldOptions` give. */
export interface FieldOptions {
  readonly title?: string;
  readonly region?: string;
  readonly apikey?: string;
  readonly apisecret?: string;
  readonly apiurl?: string;
  readonly tenantName?: string;
  readonly roleArn?: string;
  readonly externalId?: string;
  readonly profile?: string;
  readonly interface?: string;
  readonly caCert?: string;
  readonly pollInterval?: string;
}

/** The fields of a backend that are the same when it is added and when it is changed. */
export function addFieldOptions(command: Command, region: string): Command {
  return command
    .option("--title <text>", "a name for people (default: provider and region)")
    .option("--region <region>", region)
    .option("--apikey <key>", "access key id, user name or certificate; - reads all of standard input")
    .option("--apisecret <secret>", "its secret; - reads all of standard input (a PEM or JSON key, too)")
    .option("--apiurl <url>", "address of the API, if the provider has no default")
    .option("--tenant-name <name>", "project, subscription, compartment or account, as the provider calls it")
    .option("--role-arn <arn>", "AWS role to assume")
    .option("--external-id <id>", "the external id that the role requires")
    .option("--profile <name>", "profile of the AWS configuration on the server's machine")
    .option("--interface <name>", "OpenStack interface: public, internal or admin (default: public)")
    .option("--ca-cert <file>", "PEM file with the server's certificate or its authority's; - reads standard input")
    .option("--poll-interval <seconds>", "seconds between two syncs (default: IMAGEDEX_SYNC_CRON)");
}

/** Fields before they are checked. */
export type GivenFields = { readonly [name in keyof BackendFields]?: unknown };

/** The given fields, with secrets read from files or standard input. */
export async function givenFields(options: FieldOptions): Promise<GivenFields> {
  const { title, region, apiurl, tenantName, roleArn, externalId, profile, pollInterval } = options;
  const given = {
    title,
    region,
    apiurl,
    ...(await readSecrets(options)),
    tenant_name: tenantName,
    role_arn: roleArn,
    external_id: externalId,
    profile,
    interface: options.interface,
    poll_interval: pollInterval === undefined ? undefined : Number(pollInterval),
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

/** Throws BadRequestError that names each option at fault. */
export function checkedFields(given: GivenFields): BackendFields {
  const fields = backendFields.safeParse(given);
  if (fields.success) return fields.data;
  const problems = fields.error.issues.map(
    ({ path, message }) => `--${path.join(".").replaceAll("_", "-")}: ${message}`,
  );
  throw new BadRequestError(problems.join("\n"));
}

type Secrets = Pick<BackendFields, "apikey" | "apisecret" | "ca_cert">;

/** Standard input is read once, and whole. */
async function readSecrets({ apikey, apisecret, caCert }: FieldOptions): Promise<Secrets> {
  const read = [
    ["--apikey", apikey],
    ["--apisecret", apisecret],
    ["--ca-cert", caCert],
  ].flatMap(([name, value]) => (value === "-" ? [name] : []));
  if (read.length > 1) throw new BadRequestError(`${read.join(" and ")}: only one of them can read standard input`);
  const input = read.length === 0 ? "" : (await text(process.stdin)).trim();
  if (read.length === 1 && input === "") throw new BadRequestError(`${read[0]}: standard input is empty`);
  const orInput = (value: string | undefined): string | undefined => (value === "-" ? input : value);
  return {
    apikey: orInput(apikey),
    apisecret: orInput(apisecret),
    ca_cert: caCert === undefined || caCert === "-" ? orInput(caCert) : readCertificate(caCert),
  };
}

function readCertificate(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new BadRequestError(`--ca-cert: ${why}; expected a file with certificates (PEM)`, undefined, { cause });
  }
}
