import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A program that answers as libvirt's `virsh` does, of pools that the test names, and keeps how it was called. */
export interface FakeVirsh extends Disposable {
  /** The folder it is in, for a PATH. */
  readonly folder: string;
  readonly program: string;
  offer(host: FakeHost): void;
  /** The calls so far, in the order they came. */
  calls(): FakeCall[];
}

export interface FakeCall {
  readonly pid: number;
  readonly args: readonly string[];
  /** Of its environment what a test may ask for. */
  readonly env: { readonly [name: string]: string | undefined };
}

export interface FakeHost {
  /** By pool: the volumes by name, as `vol-dumpxml` prints them; null for a pool that is not active. */
  readonly pools?: { readonly [pool: string]: { readonly [volume: string]: string } | null };
  /** Answers of its own, by the command and the volume or pool: `vol-dumpxml debian.qcow2`, `pool-list`. */
  readonly answers?: { readonly [call: string]: FakeOutput };
}

interface FakeOutput {
  readonly stdout?: string;
  readonly stderr?: string;
  readonly code?: number;
  /** Whether it never ends. */
  readonly hang?: boolean;
}

export function volumeXml(name: string, { path = `/srv/images/${name}`, format = "qcow2", more = "" } = {}): string {
  return `<volume type='file'>
  <name>${name}</name>
  <key>${path}</key>
  <capacity unit='bytes'>12582912000</capacity>
  <allocation unit='bytes'>2370707456</allocation>
  <target>
    <path>${path}</path>
    <format type='${format}'/>
    <permissions>
      <mode>0600</mode>
      <owner>0</owner>
      <group>0</group>
    </permissions>
    <timestamps>
      <atime>1481535271.342162944</atime>
      <mtime>1481292068.444109102</mtime>
      <ctime>1481292068.916109091</ctime>
    </timestamps>
  </target>
${more}</volume>

`;
}

export function startFakeVirsh(): FakeVirsh {
  const folder = mkdtempSync(join(tmpdir(), "imagedex-virsh-"));
  const program = join(folder, "virsh");
  const log = join(folder, "calls");
  writeFileSync(program, `#!${process.execPath}\n${PROGRAM}`);
  chmodSync(program, 0o755);
  const offer = (host: FakeHost): void => writeFileSync(join(folder, "host.json"), JSON.stringify(host));
  offer({});
  return {
    folder,
    program,
    offer,
    calls: () =>
      existsSync(log)
        ? readFileSync(log, "utf8")
            .trim()
            .split("\n")
            .map((line) => JSON.parse(line) as FakeCall)
        : [],
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}

const PROGRAM = `
const { appendFileSync, readFileSync } = require("node:fs");
const { join } = require("node:path");

const args = process.argv.slice(2);
const env = Object.fromEntries(["LC_ALL", "IMAGEDEX_SECRET_KEY", "HOME"].map((name) => [name, process.env[name]]));
appendFileSync(join(__dirname, "calls"), JSON.stringify({ pid: process.pid, args, env }) + "\\n");
const { pools = {}, answers = {} } = JSON.parse(readFileSync(join(__dirname, "host.json"), "utf8"));
const [command, ...rest] = args.slice(args.indexOf("--connect") + 2);
const option = (name) => rest.find((arg) => arg.startsWith("--" + name + "="))?.slice(name.length + 3);
const [pool, volume] = [option("pool"), option("vol")];

function answer() {
  if (command === "pool-list") {
    const names = Object.keys(pools).filter((name) => rest.includes("--all") || pools[name]);
    return { stdout: names.map((name) => name.padEnd(20) + "\\n").join("") + "\\n" };
  }
  if (!(pool in pools)) return fail("failed to get pool '" + pool + "'", "Storage pool not found: no storage pool with matching name '" + pool + "'");
  if (pools[pool] === null) return fail("Failed to list volumes", "Requested operation is not valid: storage pool '" + pool + "' is not active");
  if (command === "vol-list") {
    const rows = Object.entries(pools[pool]).map(([name, xml]) => [name, /<path>(.*?)<\\/path>/.exec(xml)?.[1] ?? "-"]);
    const width = Math.max(...rows.map(([name]) => name.length));
    return { stdout: rows.map(([name, path]) => " " + name.padEnd(width) + "   " + path + "\\n").join("") + "\\n" };
  }
  const xml = pools[pool][volume];
  return xml === undefined ? fail("failed to get vol '" + volume + "'", "Storage volume not found: no storage vol with matching path '" + volume + "'") : { stdout: xml };
}

function fail(...lines) {
  return { stderr: lines.map((line) => "error: " + line + "\\n").join(""), code: 1 };
}

const { stdout = "", stderr = "", code = 0, hang } = answers[[command, volume ?? pool].filter(Boolean).join(" ")] ?? answer();
process.stdout.write(stdout);
process.stderr.write(stderr);
process.exitCode = code;
if (hang) setInterval(() => {}, 1000);
`;
