import type { Command } from "commander";
import { listBackends } from "../record/backends.ts";
import { findImages } from "../catalogue/read/read-image.ts";
import { NotFoundError } from "../errors.ts";
import { assertSure, readScope, warnMissing } from "./assert-sure.ts";
import { configOf, openApp } from "./open-app.ts";
import { printJson } from "./print.ts";

export function addImagesCommands(program: Command): void {
  program
    .command("images")
    .description("show single images")
    .addHelpText("after", "\nExamples:\n  $ imagedex images show ami-0ac9392bb24cdca10")
    .command("show")
    .description("show everything that is known about an image, in every source, as JSON")
    .argument("<id>", "id of an image")
    .option("--partial", "answer even if some sources are not listed yet")
    .addHelpText("after", "\nExamples:\n  $ imagedex images show ami-0ac9392bb24cdca10")
    .action(async (id: string, options: { partial?: boolean }, command: Command) => {
      await using app = openApp(configOf(command));
      const found = findImages(app.catalogue, id);
      const scope = readScope(app, listBackends(app.catalogue), options.partial === true);
      const unknown = `no image ${JSON.stringify(id)}`;
      if (found.length === 0 && scope.missing.length === 0) throw new NotFoundError(`${unknown} in any source`);
      assertSure(app, { ...scope, isReady: true }, found.length === 0, `${unknown} in what is listed`);
      warnMissing(scope);
      printJson(found);
    });
}
