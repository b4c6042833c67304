/** One instruction: its word, its `--flags`, and the rest, as shell words when it was written as a JSON array. */
export interface Instruction {
  readonly word: string;
  readonly flags: Readonly<Record<string, string>>;
  readonly text: string;
  /** The exec form's words; undefined for the shell form. */
  readonly exec: readonly string[] | undefined;
}

export interface Stage {
  readonly image: string;
  readonly name: string | undefined;
  readonly instructions: readonly Instruction[];
}

/** Reads a Dockerfile without heredocs, ARG and ONBUILD. Throws for what it cannot read. */
export function readDockerfile(text: string): Stage[] {
  const lines = text
    .split("\n")
    .filter((line) => !/^\s*(#|$)/.test(line))
    .join("\n")
    .replaceAll(/\\\n\s*/g, " ")
    .split("\n");
  const stages: { image: string; name: string | undefined; instructions: Instruction[] }[] = [];
  for (const line of lines) {
    const instruction = readInstruction(line);
    const { word, text: rest } = instruction;
    if (word === "FROM") {
      const [, image, name] = /^(\S+)(?: AS (\S+))?$/i.exec(rest) ?? [];
      if (image === undefined) throw new Error(`FROM cannot be read: ${line}`);
      stages.push({ image, name, instructions: [] });
    } else {
      const stage = stages.at(-1);
      if (!stage) throw new Error(`an instruction before the first FROM: ${line}`);
      stage.instructions.push(instruction);
    }
  }
  return stages;
}

function readInstruction(line: string): Instruction {
  const [, word = "", after = ""] = /^\s*([A-Za-z]+)\s+(.*)$/.exec(line) ?? [];
  if (word === "") throw new Error(`no instruction: ${line}`);
  const flags: Record<string, string> = {};
  let text = after.trim();
  for (let flag = /^--([a-z-]+)=(\S+)\s+/.exec(text); flag; flag = /^--([a-z-]+)=(\S+)\s+/.exec(text)) {
    flags[flag[1] ?? ""] = flag[2] ?? "";
    text = text.slice(flag[0].length);
  }
  const array = text.startsWith("[") ? text : word.toUpperCase() === "HEALTHCHECK" ? text.replace(/^CMD\s+/, "") : "";
  return { word: word.toUpperCase(), flags, text, exec: array.startsWith("[") ? JSON.parse(array) : undefined };
}
