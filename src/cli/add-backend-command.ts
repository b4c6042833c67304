import { type Command, Option } from "commander";
import { z } from "zod";
import { readOpenstackEnvironment } from "../config.ts";
import { BadRequestError } from "../errors.ts";
import { providerNames } from "../providers/registry.ts";
import { addRegions, type AddedRegions } from "../sync/add-regions.ts";
import { addBackend, type BackendFields } from "../sync/register-backend.ts";
import { addFieldOptions, checkedFields, type FieldOptions, givenFields } from "./backend-fields.ts";
import { configOf, openApp } from "./open-app.ts";
import { counted, note, print } from "./print.ts";
import { createAskedServer } from "./server/ask-server.ts";
import { addServerOption, type ServerOptions } from "./server/open-asked-api.ts";

interface AddBackendOptions extends FieldOptions, ServerOptions {
  readonly id?: string;
  readonly provider: string;
  readonly osCloud?: string;
  readonly via?: string;
}

const EXAMPLES = `
Examples:
  $ imagedex backends add --provider ec2 --region eu-west-1 --id ec2-ireland
  $ imagedex backends add --provider ec2 --region all --id prod
  $ imagedex backends add --provider ec2 --region eu-west-1 \\
      --role-arn arn:aws:iam::123456789012:role/list-images --external-id 7f3a
  $ imagedex backends add --provider simplestreams --id ubuntu
  $ imagedex backends add --provider openstack --apiurl https://keystone.example.org:5000/v3 \\
      --apikey alice --apisecret - --tenant-name demo < secret.txt
  $ imagedex backends add --provider openstack --os-cloud mycloud`;

/** The region that lists the others; each partition of AWS lists its own. */
const ASKED_REGION = "us-east-1";

/** `backends add`. */
export function addAddBackend(backends: Command): void {
  const add = backends
    .command("add")
    .description("add a backend; its cloud is first contacted by the next sync")
    .addOption(new Option("--provider <name>", "the kind of cloud").choices(providerNames()).makeOptionMandatory())
    .option("--id <id>", "letters, digits, '.', '_' and '-' (default: generated)");
  addServerOption(
    addFieldOptions(add, "region, such as eu-west-1; all: a backend for each region that the account may use (ec2)"),
  )
    .option("--via <region>", `with --region all: the region whose API lists the others (default: ${ASKED_REGION})`)
    .option(
      "--os-cloud <name>",
      "take the fields from a cloud of clouds.yaml; envvars takes them from the OS_* variables",
    )
    .addHelpText("after", EXAMPLES)
    .action(async (options: AddBackendOptions, command: Command) => {
      const config = configOf(command);
      const fields = checkedFields(await readFields(options));
      const ofAll = fields.region === "all" && fields.provider === "ec2";
      if (options.via !== undefined && !ofAll)
        throw new BadRequestError("--via: only with --provider ec2 --region all");
      if (ofAll && fields.apiurl)
        throw new BadRequestError("--region all: not with --apiurl; add each region with its own address");
      if (options.server !== undefined) {
        if (ofAll) throw new BadRequestError("--region all: not with --server; run it on the server's machine");
        const json = await createAskedServer(options.server, config).change("POST", "/backends", fields);
        print(z.object({ id: z.string() }).parse(json).id);
        note("added; the server lists its cloud now");
        return;
      }
      await using app = await openApp(config, "create");
      if (ofAll) {
        report(await addRegions(app.registrar, { ...fields, region: options.via ?? ASKED_REGION }));
        return;
      }
      const backend = await addBackend(app.registrar, fields);
      print(backend.id);
      note(`added; a running server syncs it within a minute, or run: imagedex sync ${backend.id}`);
    });
}

/** The fields as given; options win over what a cloud of clouds.yaml says. */
async function readFields(options: AddBackendOptions): Promise<{ readonly [name in keyof BackendFields]: unknown }> {
  const { id, provider, osCloud } = options;
  const given = { ...(id !== undefined && { id }), provider, ...(await givenFields(options)) };
  if (osCloud === undefined) return given;
  if (provider !== "openstack") throw new BadRequestError("--os-cloud: only for --provider openstack");
  // Reading YAML takes a library that nothing else needs.
  const { readOsCloud } = await import("./os-cloud.ts");
  return { ...readOsCloud(osCloud, readOpenstackEnvironment()), ...given };
}

/** Prints the new ids on standard output, and everything else on standard error. */
function report({ added, existing, disabled }: AddedRegions): void {
  for (const { id } of added) print(id);
  const next = added.length === 0 ? "" : "; a running server syncs them within a minute, or run: imagedex sync";
  note(`added ${counted(added.length, "backend")}${next}`);
  const named = existing.map(({ id, region }) => (id.endsWith(region ?? "") ? id : `${id} (${region})`));
  const left = existing.length === 1 ? "1 left as it was" : `${existing.length} left as they were`;
  if (existing.length > 0) note(`${left}: ${named.join(", ")}`);
  if (disabled.length > 0) note(`not enabled for the account: ${disabled.join(", ")}`);
}
