import { type Command, Option } from "commander";
import { deleteBackend, listBackends } from "../catalogue/backends.ts";
import { sourcesOf } from "../catalogue/sources.ts";
import { BadRequestError } from "../errors.ts";
import { readStatus } from "../http/catalogue-state.ts";
import { providerNames } from "../providers/registry.ts";
import { addBackend, backendFields } from "../sync/register-backend.ts";
import { configOf, openApp, readSecret } from "./open-app.ts";
import { ago, note, print, printJson } from "./print.ts";
import { printTable } from "./table.ts";

interface AddOptions {
  readonly id?: string;
  readonly title?: string;
  readonly provider?: string;
  readonly region?: string;
  readonly apikey?: string;
  readonly apisecret?: string;
  readonly apiurl?: string;
  readonly tenantName?: string;
  readonly pollInterval?: string;
}

export function addBackendCommands(program: Command): void {
  const backends = program
    .command("backends")
    .description("add, list and remove backends")
    .addHelpText(
      "after",
      "\nExamples:\n  $ imagedex backends add --provider simplestreams --id ubuntu\n  $ imagedex backends list",
    );
  addAdd(backends);
  addList(backends);
  addRemove(backends);
}

function addAdd(backends: Command): void {
  backends
    .command("add")
    .description("add a backend; its cloud is first contacted by the next sync")
    .addOption(new Option("--provider <name>", "the kind of cloud").choices(providerNames()).makeOptionMandatory())
    .option("--id <id>", "letters, digits, '.', '_' and '-' (default: generated)")
    .option("--title <text>", "a name for people (default: provider and region)")
    .option("--region <region>", "region, such as eu-west-1")
    .option("--apikey <key>", "access key id, user name or application credential id; - reads it from standard input")
    .option("--apisecret <secret>", "the secret that belongs to it; - reads it from standard input")
    .option("--apiurl <url>", "address of the API, if the provider has no default")
    .option("--tenant-name <name>", "project, subscription, compartment or account, as the provider calls it")
    .option("--poll-interval <seconds>", "seconds between two syncs (default: IMAGEDEX_SYNC_CRON)")
    .addHelpText(
      "after",
      "\nExamples:\n  $ imagedex backends add --provider ec2 --region eu-west-1 --id ec2-ireland\n" +
        "  $ imagedex backends add --provider simplestreams --id ubuntu\n" +
        "  $ imagedex backends add --provider openstack --apiurl https://keystone.example.org:5000/v3 \\\n" +
        "      --apikey alice --apisecret - --tenant-name demo < secret.txt",
    )
    .action(async (options: AddOptions, command: Command) => {
      const config = configOf(command);
      const { tenantName, pollInterval, ...rest } = options;
      if (options.apikey === "-" && options.apisecret === "-")
        throw new BadRequestError("--apikey and --apisecret: only one of them can be read from standard input");
      const fields = backendFields.safeParse({
        ...rest,
        apikey: await readSecret(options.apikey),
        apisecret: await readSecret(options.apisecret),
        tenant_name: tenantName,
        poll_interval: pollInterval === undefined ? undefined : Number(pollInterval),
      });
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

function addList(backends: Command): void {
  backends
    .command("list")
    .description("list the backends")
    .option("--json", "print JSON")
    .addHelpText("after", "\nExamples:\n  $ imagedex backends list\n  $ imagedex backends list --json")
    .action(async (options: { json?: boolean }, command: Command) => {
      await using app = openApp(configOf(command));
      const rows = listBackends(app.catalogue).map((backend) => ({
        ...backend,
        imageCount: app.search.imageCount([backend]),
        state: readStatus(app.catalogue, [backend]).state,
        sources: sourcesOf(app.catalogue, backend.id),
      }));
      if (options.json) return printJson(rows);
      printTable(
        [
          { heading: "ID" },
          { heading: "TITLE" },
          { heading: "PROVIDER" },
          { heading: "REGION" },
          { heading: "IMAGES", isNumber: true },
          { heading: "SYNCED" },
          { heading: "STATE", isState: true },
        ],
        rows.map(({ id, title, provider, region, imageCount, state, sources }) => [
          id,
          title,
          provider,
          region ?? "",
          String(imageCount),
          ago(sources.flatMap((source) => source.syncedAt ?? []).toSorted()[0] ?? null),
          state,
        ]),
      );
    });
}

function addRemove(backends: Command): void {
  backends
    .command("remove")
    .description("remove a backend, its stars, and images that no other backend shows")
    .argument("<id>", "id of a backend")
    .addHelpText("after", "\nExamples:\n  $ imagedex backends remove ec2-ireland")
    .action(async (id: string, _options: unknown, command: Command) => {
      await using app = openApp(configOf(command));
      await deleteBackend(app.catalogue, id);
      app.sync.prune();
    });
}
