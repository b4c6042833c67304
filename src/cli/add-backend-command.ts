import { readFileSync } from "node:fs";
import { text } from "node:stream/consumers";
import { type Command, Option } from "commander";
import { readOpenstackEnvironment } from "../config.ts";
import { BadRequestError } from "../errors.ts";
import { providerNames } from "../providers/registry.ts";
import { addBackend, type BackendFields, backendFields } from "../sync/register-backend.ts";
import { configOf, openApp } from "./open-app.ts";
import { readOsCloud } from "./os-cloud.ts";
import { note, print } from "./print.ts";

interface AddOptions {
  readonly id?: string;
  readonly title?: string;
  readonly provider: string;
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
  readonly osCloud?: string;
  readonly pollInterval?: string;
}

const EXAMPLES = `
Examples:
  $ imagedex backends add --provider ec2 --region eu-west-1 --id ec2-ireland
  $ imagedex backends add --provider ec2 --region eu-west-1 \\
      --role-arn arn:aws:iam::123456789012:role/list-images --external-id 7f3a
  $ imagedex backends add --provider simplestreams --id ubuntu
  $ imagedex backends add --provider openstack --apiurl https://keystone.example.org:5000/v3 \\
      --apikey alice --apisecret - --tenant-name demo < secret.txt
  $ imagedex backends add --provider openstack --os-cloud mycloud`;

/** `backends add`. */
export function addAddBackend(backends: Command): void {
  backends
    .command("add")
    .description("add a backend; its cloud is first contacted by the next sync")
    .addOption(new Option("--provider <name>", "the kind of cloud").choices(providerNames()).makeOptionMandatory())
    .option("--id <id>", "letters, digits, '.', '_' and '-' (default: generated)")
    .option("--title <text>", "a name for people (default: provider and region)")
    .option("--region <region>", "region, such as eu-west-1")
    .option("--apikey <key>", "access key id, user name or certificate; - reads all of standard input")
    .option("--apisecret <secret>", "its secret; - reads all of standard input (a PEM or JSON key, too)")
    .option("--apiurl <url>", "address of the API, if the provider has no default")
    .option("--tenant-name <name>", "project, subscription, compartment or account, as the provider calls it")
    .option("--role-arn <arn>", "AWS role to assume")
    .option("--external-id <id>", "the external id that the role demands")
    .option("--profile <name>", "profile of the AWS configuration on the server's machine")
    .option("--interface <name>", "OpenStack interface: public, internal or admin (default: public)")
    .option("--ca-cert <file>", "PEM file with the server's certificate or its authority's; - reads standard input")
    .option("--os-cloud <name>", "take all from a cloud of clouds.yaml; envvars takes the OS_* variables")
    .option("--poll-interval <seconds>", "seconds between two syncs (default: IMAGEDEX_SYNC_CRON)")
    .addHelpText("after", EXAMPLES)
    .action(async (options: AddOptions, command: Command) => {
      const config = configOf(command);
      const fields = backendFields.safeParse(await readFields(options));
      if (!fields.success)
        throw new BadRequestError(
          fields.error.issues
            .map(({ path, message }) => `--${path.join(".").replaceAll("_", "-")}: ${message}`)
            .join("\n"),
        );
      await using app = openApp(config, "create");
      const backend = await addBackend(app.registrar, fields.data);
      print(backend.id);
      note(`added; a running server syncs it within a minute, or run: imagedex sync ${backend.id}`);
    });
}

/** The fields as given; options win over what a cloud of clouds.yaml says. */
async function readFields(options: AddOptions): Promise<{ readonly [name in keyof BackendFields]: unknown }> {
  const { tenantName, roleArn, externalId, caCert: _, osCloud, pollInterval, ...rest } = options;
  const secrets = await readSecrets(options);
  const given = {
    ...rest,
    ...secrets,
    tenant_name: tenantName,
    role_arn: roleArn,
    external_id: externalId,
    poll_interval: pollInterval === undefined ? undefined : Number(pollInterval),
  };
  if (osCloud === undefined) return given;
  if (options.provider !== "openstack") throw new BadRequestError("--os-cloud: only for --provider openstack");
  const told = Object.entries(given).filter(([, value]) => value !== undefined);
  return { ...readOsCloud(osCloud, readOpenstackEnvironment()), ...Object.fromEntries(told) };
}

type Secrets = Pick<BackendFields, "apikey" | "apisecret" | "ca_cert">;

/** Standard input is read once, and whole. */
async function readSecrets({ apikey, apisecret, caCert }: AddOptions): Promise<Secrets> {
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
