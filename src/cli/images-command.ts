import type { Command } from "commander";
import { findImages } from "../catalogue/read-image.ts";
import { NotFoundError } from "../errors.ts";
import { configOf, openApp } from "./open-app.ts";
import { printJson } from "./print.ts";

export function addImagesCommands(program: Command): void {
  program
    .command("images")
    .description("single images: show")
    .addHelpText("after", "\nExamples:\n  $ imagedex images show ami-0ac9392bb24cdca10")
    .command("show")
    .description("all that is known of an image, in every source that holds or held it, as JSON")
    .argument("<id>", "an image's id")
    .addHelpText("after", "\nExamples:\n  $ imagedex images show ami-0ac9392bb24cdca10")
    .action(async (id: string, _options: unknown, command: Command) => {
      await using app = openApp(configOf(command));
      const found = findImages(app.catalogue, id);
      if (found.length === 0) throw new NotFoundError(`no image ${JSON.stringify(id)} in any source`);
      printJson(found);
    });
}
