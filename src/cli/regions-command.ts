import { type Command, Option } from "commander";
import { z } from "zod";
import { REGION_FORMATS, regionalImage } from "../http/resources/regions.ts";
import { BadRequestError } from "../errors.ts";
import { printJson, printLines } from "./print.ts";
import { addOutputOptions, type ListColumn, outputOf, type OutputOptions, printList } from "./print-list.ts";
import { addServerOption, openAskedApi, type ServerOptions } from "./server/open-asked-api.ts";
import { warnMissing } from "./server/warn-missing.ts";

type RegionLine = z.infer<typeof regionalImage>;

/** Forms for other tools, of which each holds one image a region. */
const FORMATS = REGION_FORMATS.filter((format) => format !== "json");

interface RegionsOptions extends ServerOptions, OutputOptions {
  readonly format?: (typeof FORMATS)[number];
  readonly partial?: boolean;
}

export function addRegionsCommand(program: Command): void {
  const command = program
    .command("regions")
    .description("find the same image in every region: same publisher, name and architecture")
    .argument("<image>", "id of an image")
    .addHelpText(
      "after",
      "\nExamples:\n  $ imagedex regions ami-0ac9392bb24cdca10\n  $ imagedex regions ami-0ac9392bb24cdca10 --format terraform",
    )
    .action(printRegions);
  addOutputOptions(command)
    .addOption(new Option("--format <tool>", "a map from region to image, for a tool").choices(FORMATS))
    .option("--partial", "answer even if some sources are not listed yet");
  addServerOption(command);
}

async function printRegions(id: string, options: RegionsOptions, command: Command): Promise<void> {
  const { format, partial } = options;
  const output = outputOf(options);
  if (format && output !== "table") throw new BadRequestError(`--format and --output ${output}: choose one`);
  const query = new URLSearchParams({ ...(format && { format }), ...(partial && { partial: "true" }) });
  await using api = await openAskedApi(command, options);
  const answer = await api.read(`/images/${pathOf(id)}/regions?${query.toString()}`);
  warnMissing(answer);
  if (format === "terraform") return printLines(answer.text);
  if (format) return printJson(answer.json);
  await printList(output, {
    rows: z.array(regionalImage).parse(answer.json),
    columns: COLUMNS,
    fields: Object.keys(regionalImage.shape),
    idOf: ({ image_id }) => image_id,
    none: "no listed region has this image",
  });
}

/** An id as it is written in a path: slashes stay slashes. */
export function pathOf(id: string): string {
  return id.split("/").map(encodeURIComponent).join("/");
}

const COLUMNS: readonly ListColumn<RegionLine>[] = [
  { heading: "REGION", isWhole: true, text: ({ region }) => region ?? "" },
  { heading: "BACKEND", yields: 2, text: ({ backend_id }) => backend_id },
  { heading: "ID", isWhole: true, text: ({ image_id }) => image_id },
  { heading: "NAME", isCutInside: true, minWidth: 20, text: ({ name }) => name },
  { heading: "CREATED", isWhole: true, yields: 1, text: ({ created_at }) => created_at ?? "" },
];
