import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, posix, relative, sep } from "node:path";
import { isIgnored } from "./docker-ignore.ts";
import type { Instruction, Stage } from "./dockerfile.ts";

/*
 * Follows a Dockerfile where there is no container engine: each stage is a folder, absolute paths are those in it, and the
 * base image's Node.js is the one that runs this.
 */

/** The user `node` of the base image. */
const USERS: Record<string, number> = { root: 0, node: 1000 };
const isRoot = process.getuid?.() === 0;

interface Rooted {
  readonly root: string;
  readonly env: Record<string, string>;
  /** Absolute folders that exist in the stage, by which its paths are told from others. */
  readonly folders: Set<string>;
  workdir: string;
  user: string;
  readonly last: Map<string, Instruction>;
}

/** The last stage, which can be run. */
export interface Image {
  readonly root: string;
  readonly user: string;
  readonly volumes: readonly string[];
  readonly ports: readonly string[];
  /** Starts what ENTRYPOINT and CMD say, or with other arguments than CMD's. */
  start(env: Record<string, string>, args?: readonly string[]): ChildProcess;
  /** Starts what HEALTHCHECK says. */
  checkHealth(env: Record<string, string>): ChildProcess;
}

/** Builds the last of the stages in `folder`, from the context. */
export function buildImage(stages: readonly Stage[], context: string, dockerIgnore: string, folder: string): Image {
  const bin = prepareBase(folder);
  const built = new Map<string, Rooted>();
  let last: Rooted | undefined;
  for (const [at, stage] of stages.entries()) {
    const expected = `node:${process.versions.node.split(".")[0]}-slim`;
    if (stage.image !== expected) throw new Error(`FROM ${stage.image}: only ${expected} can be stood in for here`);
    last = startStage(join(folder, `stage-${at}`), bin);
    for (const instruction of stage.instructions) follow(instruction, last, { context, dockerIgnore, built });
    if (stage.name !== undefined) built.set(stage.name, last);
  }
  if (!last) throw new Error("there is no stage");
  return imageOf(last);
}

/** What the base image has: Node.js for every user, npm, and its user. */
function prepareBase(folder: string): string {
  chmodSync(folder, 0o755);
  const bin = join(folder, "bin");
  mkdirSync(bin);
  copyFileSync(process.execPath, join(bin, "node"));
  // This machine may not have the base image's user, and whoever is not root may not give files away.
  const chown = isRoot ? 'exec /bin/chown "$(echo "$1" | sed "s/node/1000/g")" "$2"' : ":";
  writeFileSync(join(bin, "chown"), `#!/bin/sh\n${chown}\n`, { mode: 0o755 });
  return bin;
}

function startStage(root: string, bin: string): Rooted {
  mkdirSync(root);
  // Nothing of the checkout: what a stage runs, it has to have.
  const path = [bin, ...(process.env["PATH"] ?? "").split(":").filter((folder) => !folder.includes("node_modules"))];
  const env = { PATH: path.join(":"), npm_config_prefer_offline: "true", HOME: process.env["HOME"] ?? "/root" };
  return { root, env, folders: new Set(), workdir: "/", user: "root", last: new Map() };
}

interface Sources {
  readonly context: string;
  readonly dockerIgnore: string;
  readonly built: ReadonlyMap<string, Rooted>;
}

function follow(instruction: Instruction, stage: Rooted, sources: Sources): void {
  const { word, text } = instruction;
  stage.last.set(word, instruction);
  switch (word) {
    case "WORKDIR":
      stage.workdir = posix.resolve(stage.workdir, text);
      addFolder(stage, stage.workdir);
      return void mkdirSync(inStage(stage, stage.workdir), { recursive: true });
    case "ENV":
      // A value in quotes may have spaces.
      for (const [, name = "", quoted, plain] of text.matchAll(/(\w+)=(?:"([^"]*)"|(\S+))/g))
        stage.env[name] = quoted ?? plain ?? "";
      return;
    case "COPY":
      return copy(instruction, stage, sources);
    case "RUN":
      return run(instruction, stage);
    case "USER":
      if (!(text in USERS)) throw new Error(`USER ${text}: the base image has no such user`);
      stage.user = text;
      return;
    case "VOLUME":
      if (!existsSync(inStage(stage, text))) throw new Error(`VOLUME ${text}: no such folder, it would belong to root`);
      return;
    case "EXPOSE":
    case "HEALTHCHECK":
    case "ENTRYPOINT":
    case "CMD":
      return;
    default:
      throw new Error(`${word}: not known here`);
  }
}

function copy({ text, flags }: Instruction, stage: Rooted, { context, dockerIgnore, built }: Sources): void {
  const words = text.split(/\s+/);
  const [from, target] = [words.slice(0, -1), posix.resolve(stage.workdir, words.at(-1) ?? "")];
  const origin = flags["from"] === undefined ? undefined : built.get(flags["from"]);
  if (flags["from"] !== undefined && !origin) throw new Error(`COPY --from=${flags["from"]}: no such stage`);
  for (const name of from) {
    const source = origin ? inStage(origin, name) : join(context, name);
    const isLeftOut = (path: string): boolean =>
      !origin && isIgnored(dockerIgnore, relative(context, path).replaceAll(sep, "/"));
    if (!existsSync(source) || isLeftOut(source)) throw new Error(`COPY ${name}: not in the context`);
    const isFolder = statSync(source).isDirectory();
    const to = inStage(stage, isFolder || !words.at(-1)?.endsWith("/") ? target : posix.join(target, basename(name)));
    cpSync(source, to, { recursive: true, filter: (path) => !isLeftOut(path) });
  }
}

function run({ text, exec }: Instruction, stage: Rooted): void {
  const command = exec ? exec.map((word) => `'${word}'`).join(" ") : text;
  for (const [, folder = ""] of command.matchAll(/\bmkdir (?:-p )?(\/\S+)/g)) addFolder(stage, folder);
  execFileSync("/bin/sh", ["-c", mapped(stage, command)], {
    cwd: inStage(stage, stage.workdir),
    env: envOf(stage),
    stdio: ["ignore", "ignore", "inherit"],
    timeout: 300_000,
  });
}

function imageOf(stage: Rooted): Image {
  const execOf = (word: string): readonly string[] => {
    const words = stage.last.get(word)?.exec;
    if (!words) throw new Error(`${word}: expected a JSON array, so that signals reach the process`);
    return words;
  };
  const start = (words: readonly string[], env: Record<string, string>): ChildProcess => {
    const [command = "", ...args] = words.map((word) => mapped(stage, word));
    const id = USERS[stage.user] ?? 0;
    return spawn(command, args, {
      cwd: inStage(stage, stage.workdir),
      env: { ...envOf(stage), ...env },
      stdio: ["ignore", "pipe", "pipe"],
      ...(isRoot && { uid: id, gid: id }),
    });
  };
  return {
    root: stage.root,
    user: stage.user,
    volumes: (stage.last.get("VOLUME")?.text ?? "").split(/\s+/),
    ports: (stage.last.get("EXPOSE")?.text ?? "").split(/\s+/),
    start: (env, args = execOf("CMD")) => start([...execOf("ENTRYPOINT"), ...args], env),
    checkHealth: (env) => start(execOf("HEALTHCHECK"), env),
  };
}

function addFolder(stage: Rooted, path: string): void {
  stage.folders.add(`/${path.split("/")[1] ?? ""}`);
}

function inStage({ root }: Rooted, path: string): string {
  return join(root, path);
}

/** Absolute paths into the stage's own folders, as they are on this machine. */
function mapped(stage: Rooted, text: string): string {
  const names = [...stage.folders].filter((folder) => folder !== "/").map((folder) => folder.slice(1));
  if (names.length === 0) return text;
  return text.replaceAll(
    new RegExp(`(?<=^|[\\s='"])/(?=(?:${names.join("|")})(?:/|[\\s'"]|$))`, "g"),
    `${stage.root}/`,
  );
}

function envOf(stage: Rooted): Record<string, string> {
  return Object.fromEntries(Object.entries(stage.env).map(([name, value]) => [name, mapped(stage, value)]));
}

/** A folder for a build, which goes with it. */
export function openBuildFolder(): Disposable & { readonly path: string } {
  const path = mkdtempSync(join(tmpdir(), "imagedex-image-"));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}
