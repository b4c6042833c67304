import { type Command, CommanderError } from "commander";
import { expect, test } from "vitest";
import { createProgram } from "../../src/cli.ts";
import { allCommands, parseImagedex } from "./parse-imagedex.ts";

test("every command says what it does, with examples that can be typed", () => {
  const program = createProgram(() => undefined);
  const examples = allCommands(program).flatMap((command) => {
    const name = pathOf(command);
    expect([name, command.description()]).not.toEqual([name, ""]);
    for (const { name: argument, description } of command.registeredArguments.map((one) => ({
      name: one.name(),
      description: one.description,
    })))
      expect([name, argument, description]).not.toEqual([name, argument, ""]);
    const shown = examplesOf(command);
    expect([name, shown.length]).not.toEqual([name, 0]);
    return shown;
  });
  expect(examples.length).toBeGreaterThan(30);
  for (const example of examples) expect(() => parseImagedex(example), example.join(" ")).not.toThrow();
});

test("an example that cannot be typed would be noticed", () => {
  for (const wrong of ["frobnicate", "sync --fast", "backends add --provider nimbus", "search", "completion tcsh"])
    expect(() => parseImagedex(wrong.split(" ")), wrong).toThrow(CommanderError);
});

function pathOf(command: Command): string {
  return command.parent ? `${pathOf(command.parent)} ${command.name()}` : command.name();
}

/** The arguments of each `imagedex …` that the help shows as an example, as a shell would cut them. */
function examplesOf(command: Command): string[][] {
  let help = "";
  command.configureOutput({ writeOut: (text) => (help += text) });
  command.outputHelp();
  const lines = help.replaceAll(/\\\n\s*/g, "").split("\n");
  const typed = lines.filter((line) => line.startsWith("  $ ")).map((line) => line.replace(/\s+#.*/, ""));
  return typed.flatMap((line) => {
    const [, words] = /\bimagedex ([^<>|;()$]*)/.exec(line) ?? [];
    return words === undefined ? [] : [words.trim().split(/\s+/)];
  });
}
