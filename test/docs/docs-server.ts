import { generateKeyPairSync } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { getBackend } from "../../src/record/backends.ts";
import { spawnEndpoint } from "../../src/demo/ec2/spawn-endpoint.ts";
import { addBackend } from "../../src/sync/register-backend.ts";
import { createWorkplace, type Ended, type Workplace } from "../cli/run-imagedex.ts";
import { startServer, type TestServer } from "../http/start-server.ts";
import type { ShellCommand } from "./shell-words.ts";

/** The image that the documents show. */
const SHOWN = /ami-0[0-9a-f]{16}/g;
const KEY = "a passphrase of the tests, long enough to be one";

/** A server as the documents have it: a demo on port 8080, a folder with files, and `imagedex` beside it. */
export interface DocsServer extends AsyncDisposable {
  readonly server: TestServer;
  readonly folder: string;
  /**
   * Runs `imagedex …` or `curl …`. The code is an exit code; of `curl`, the HTTP status where that is no success. Backends are
   * added to a file of the document, not to the server's, which would list them.
   */
  run(command: ShellCommand, document: string): Promise<Ended>;
}

/** Makes it once for all documents: 300 images and the account's own, in us-east-1. */
export async function createDocsServer(): Promise<DocsServer> {
  const endpoint = await spawnEndpoint({ count: "300", region: "us-east-1" });
  const server = await startServer({ secretKey: KEY });
  const { app } = server;
  const { url: apiurl, accessKeyId: apikey, secretAccessKey: apisecret } = endpoint;
  await addBackend(app.registrar, {
    id: "demo",
    title: "Demo",
    provider: "ec2",
    region: "us-east-1",
    apiurl,
    apikey,
    apisecret,
  });
  const { runs } = await app.sync.start(getBackend(app.catalogue, "demo"));
  for (const { id } of runs) await app.sync.finished(id);
  await app.search.caughtUp();
  const place = createWorkplace();
  writeFiles(place);
  const [image] = app.catalogue.sqlite
    .prepare<[], { id: string }>("SELECT image_id AS id FROM images ORDER BY name LIMIT 1")
    .all();
  const fileFor = ([, group, verb]: readonly string[], document: string): string =>
    group === "backends" && verb !== "list" ? join(place.folder, `${document}.db`) : server.config.database;
  return {
    server,
    folder: place.folder,
    run(command, document) {
      const words = command.words.map((word) => word.replaceAll(SHOWN, image?.id ?? ""));
      return words[0] === "curl"
        ? curl(server, words.slice(1))
        : callImagedex(place, fileFor(words, document), { ...command, words });
    },
    async [Symbol.asyncDispose]() {
      place[Symbol.dispose]();
      await server[Symbol.asyncDispose]();
      await endpoint[Symbol.asyncDispose]();
    },
  };
}

/** Files that the documents' commands read. */
function writeFiles({ folder }: Workplace): void {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  writeFileSync(join(folder, "oracle.pem"), privateKey.export({ type: "pkcs8", format: "pem" }));
  writeFileSync(join(folder, "secret.txt"), "a-secret-of-the-documents\n");
  writeFileSync(join(folder, "imagedex.env"), "IMAGEDEX_LOG_LEVEL=warn\n");
}

async function callImagedex(
  place: Workplace,
  database: string,
  { words, env, input, output }: ShellCommand,
): Promise<Ended> {
  const settings = { IMAGEDEX_DATABASE: database, IMAGEDEX_SECRET_KEY: KEY };
  const stdin = Object.getOwnPropertyDescriptor(process, "stdin");
  if (input !== undefined)
    Object.defineProperty(process, "stdin", {
      configurable: true,
      value: Readable.from([readFileSync(join(place.folder, input))]),
    });
  try {
    const ended = await place.run(words.slice(1), { ...settings, ...env });
    if (output !== undefined) writeFileSync(join(place.folder, output), ended.stdout);
    return ended;
  } finally {
    if (stdin) Object.defineProperty(process, "stdin", stdin);
  }
}

/** `-X METHOD`, `-d BODY`, `-H HEADER` and the address: what the documents use. */
async function curl(server: TestServer, words: readonly string[]): Promise<Ended> {
  const given = new Map<string, string>();
  const headers: Record<string, string> = {};
  let address = "";
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? "";
    const [name = "", value = ""] = (words[at + 1] ?? "").split(/: (.*)/s);
    if (word === "-H") headers[name.toLowerCase()] = value;
    else if (word === "-X" || word === "-d") given.set(word, words[at + 1] ?? "");
    else if (word.startsWith("-")) throw new Error(`curl ${word}: the test does not know this option`);
    else address = word;
    if (word.startsWith("-")) at++;
  }
  const body = given.get("-d");
  const method = given.get("-X") ?? (body === undefined ? "GET" : "POST");
  const [, path = ""] = /^(?:http:\/\/)?localhost:8080(\/.*)$/.exec(address) ?? [];
  if (path === "") throw new Error(`curl ${address}: expected localhost:8080/…`);
  const { status, text } = await server.ask(path, { method, headers, ...(body !== undefined && { body }) });
  return { code: status < 400 ? 0 : status, stdout: text, stderr: "" };
}
