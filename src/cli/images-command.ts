import type { Command } from "commander";
import { printJson } from "./print.ts";
import { pathOf } from "./regions-command.ts";
import { addServerOption, openAskedApi, type ServerOptions } from "./server/open-asked-api.ts";
import { warnMissing } from "./server/warn-missing.ts";

interface ShowOptions extends ServerOptions {
  readonly partial?: boolean;
}

export function addImagesCommands(program: Command): void {
  const show = program
    .command("images")
    .description("show one image")
    .addHelpText("after", "\nExamples:\n  $ imagedex images show ami-0ac9392bb24cdca10")
    .command("show")
    .description("show everything that is known about an image, in every backend, as JSON")
    .argument("<id>", "id of an image")
    .option("--partial", "answer even if some sources are not listed yet")
    .addHelpText("after", "\nExamples:\n  $ imagedex images show ami-0ac9392bb24cdca10")
    .action(async (id: string, options: ShowOptions, command: Command) => {
      await using api = await openAskedApi(command, options);
      const answer = await api.read(`/images/${pathOf(id)}${options.partial ? "?partial=true" : ""}`);
      warnMissing(answer);
      printJson(answer.json);
    });
  addServerOption(show);
}
