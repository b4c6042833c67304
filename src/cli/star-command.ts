import type { Command } from "commander";
import { z } from "zod";
import { note } from "./print.ts";
import { pathOf } from "./regions-command.ts";
import { addServerOption, openAskedApi, type ServerOptions } from "./server/open-asked-api.ts";

interface StarOptions extends ServerOptions {
  readonly remove?: boolean;
}

export function addStarCommand(program: Command): void {
  const command = program
    .command("star")
    .description("star images: they come first in every answer of their backend")
    .argument("<backend>", "id of a backend")
    .argument("<image...>", "ids of images")
    .option("--remove", "remove the stars")
    .addHelpText(
      "after",
      "\nExamples:\n  $ imagedex star my-backend ami-0ac9392bb24cdca10\n  $ imagedex star my-backend --remove ami-0ac9392bb24cdca10\n" +
        "  $ imagedex search my-backend --starred",
    )
    .action(star);
  addServerOption(command);
}

const starred = z.object({ star: z.boolean() });

async function star(
  backend: string,
  ids: readonly string[],
  { remove = false, server }: StarOptions,
  command: Command,
): Promise<void> {
  await using api = await openAskedApi(command, { server, backend, access: "update" });
  const wanted = [...new Set(ids)];
  const paths = wanted.map((id) => `/backends/${encodeURIComponent(backend)}/images/${pathOf(id)}`);
  // All ids are checked first, so that a wrong one changes nothing.
  const before: boolean[] = [];
  for (const path of paths) before.push(starred.parse((await api.read(path)).json).star);
  for (const [at, path] of paths.entries()) {
    const isDone = before[at] !== remove;
    if (!isDone) await api.read(path, {});
    const done = remove ? "star removed" : "starred";
    const already = remove ? "had no star" : "starred already";
    note(`${wanted[at]}: ${isDone ? already : done}`);
  }
}
