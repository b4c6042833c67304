import { readdirSync, readFileSync } from "node:fs";
import { basename, join, relative, sep } from "node:path";
import { describe, expect, test } from "vitest";
import { providerNames } from "../src/providers/registry.ts";
import { findCycles } from "./find-cycles.ts";

const SRC = join(import.meta.dirname, "../src");

/** What any room above the catalogue may read of it. */
const CATALOGUE = [
  "catalogue/file",
  "catalogue/facts",
  "catalogue/index",
  "record",
  "catalogue/listing",
  "catalogue/read",
];

/** The rooms in the order the data walks through them, and what each may look into. */
const ROOMS: Record<string, readonly string[]> = {
  providers: [],
  "catalogue/file": [],
  "catalogue/facts": ["providers"],
  "catalogue/index": ["catalogue/file", "catalogue/facts"],
  record: ["catalogue/file", "catalogue/facts", "catalogue/index"],
  "catalogue/listing": ["catalogue/file", "catalogue/facts", "catalogue/index", "record"],
  "catalogue/read": ["catalogue/file", "catalogue/facts", "catalogue/index", "record", "catalogue/listing"],
  "catalogue/transfer": CATALOGUE,
  search: CATALOGUE,
  sync: ["providers", ...CATALOGUE],
  webhooks: ["providers", ...CATALOGUE, "search"],
  access: ["catalogue/file", "record"],
  workers: [...CATALOGUE, "sync", "access"],
  http: ["providers", ...CATALOGUE, "search", "sync", "webhooks", "access"],
  web: ["providers", "catalogue/facts", "http"],
  demo: [],
  cli: [
    "providers",
    ...CATALOGUE,
    "catalogue/transfer",
    "search",
    "sync",
    "webhooks",
    "access",
    "workers",
    "http",
    "demo",
  ],
};

/**
 * The files beside the rooms. `imports`: which rooms and root files each may import; `importedBy`: who may import it, types
 * included. Nobody else may, and a root file that is not listed here fails the test.
 */
const ROOT_FILES: Record<string, { readonly imports: readonly string[]; readonly importedBy: readonly string[] }> = {
  "main.ts": { imports: ["cli.ts", "compile-cache.ts", "source-lines.ts"], importedBy: [] },
  "compile-cache.ts": { imports: [], importedBy: ["main.ts"] },
  "source-lines.ts": { imports: [], importedBy: ["main.ts", "sync", "demo"] },
  "cli.ts": { imports: ["cli", "config.ts", "errors.ts", "version.ts", "visible-text.ts"], importedBy: ["main.ts"] },
  "app.ts": {
    imports: [
      "clock.ts",
      "not-ready.ts",
      "open-keyed.ts",
      "providers",
      "catalogue/file",
      "record",
      "search",
      "sync",
      "webhooks",
      "access",
      "workers",
      "http",
      "config.ts",
      "errors.ts",
      "log.ts",
    ],
    importedBy: ["cli"],
  },
  "config.ts": {
    imports: [
      "access",
      "catalogue/file",
      "catalogue/listing",
      "record",
      "aws-settings.ts",
      "errors.ts",
      "near-names.ts",
    ],
    importedBy: ["app.ts", "open-keyed.ts", "cli.ts", "cli"],
  },
  "log.ts": {
    imports: ["visible-text.ts"],
    importedBy: ["app.ts", "open-keyed.ts", "problems.ts", "sync", "webhooks", "workers", "http", "cli"],
  },
  "problems.ts": {
    imports: ["catalogue/file", "errors.ts", "log.ts", "visible-text.ts"],
    importedBy: ["access", "http"],
  },
  "errors.ts": {
    imports: [],
    importedBy: [
      "app.ts",
      "cli.ts",
      "config.ts",
      "problems.ts",
      "providers",
      "catalogue/file",
      "record",
      "catalogue/transfer",
      "search",
      "sync",
      "webhooks",
      "access",
      "workers",
      "http",
      "demo",
      "cli",
    ],
  },
  "image.ts": { imports: [], importedBy: ["providers", "catalogue/facts", "catalogue/listing", "catalogue/read"] },
  "fold.ts": {
    imports: [],
    importedBy: [
      "version-order.ts",
      "near-names.ts",
      "catalogue/file",
      "catalogue/facts",
      "catalogue/index",
      "search",
      "sync",
    ],
  },
  "near-names.ts": {
    imports: ["fold.ts"],
    importedBy: ["config.ts", "providers", "record", "search", "http"],
  },
  "plain-dates.ts": { imports: [], importedBy: ["version-order.ts"] },
  "open-keyed.ts": { imports: ["catalogue/file", "config.ts", "log.ts"], importedBy: ["app.ts", "cli"] },
  "aws-settings.ts": { imports: [], importedBy: ["config.ts"] },
  "clock.ts": { imports: [], importedBy: ["app.ts"] },
  "not-ready.ts": { imports: ["catalogue/file", "record", "sync"], importedBy: ["app.ts"] },
  "once.ts": { imports: [], importedBy: ["catalogue/index", "search"] },
  "version-order.ts": {
    imports: ["fold.ts", "plain-dates.ts"],
    importedBy: ["catalogue/file", "catalogue/index", "catalogue/read", "search", "web"],
  },
  "package-folder.ts": { imports: [], importedBy: ["version.ts", "catalogue/file", "http"] },
  "version.ts": { imports: ["package-folder.ts"], importedBy: ["cli.ts", "cli", "http"] },
  "visible-text.ts": {
    imports: [],
    importedBy: ["cli.ts", "log.ts", "problems.ts", "providers", "http", "cli", "web"],
  },
};

const files = readdirSync(SRC, { recursive: true, encoding: "utf8" }).filter((file) => /\.tsx?$/.test(file));

describe("the house", () => {
  test("has no root file that is not in the plan, and plans none that is not there", () => {
    expect(files.filter((file) => roomOf(file) === "").toSorted()).toEqual(Object.keys(ROOT_FILES).toSorted());
  });

  test.each(Object.entries(ROOT_FILES))("%s imports what it may, and is imported by who may", (file, plan) => {
    const imported = new Set(importsOf(file).map(placeOf));
    const importers = new Set(files.filter((other) => importsOf(other).includes(file)).map(placeOf));
    expect([...imported].toSorted()).toEqual(plan.imports.toSorted());
    expect([...importers].toSorted()).toEqual(plan.importedBy.toSorted());
  });

  test("has no files that import each other in a circle, not even types", () => {
    expect(findCycles(new Map(files.map((file) => [file, importsOf(file)])))).toEqual([]);
  });

  test.each(files.filter((file) => file.includes(sep)))("%s looks only into the rooms it may", (file) => {
    const room = roomOf(file);
    const allowed = [room, ...(ROOMS[room] ?? [])];
    const looked = importsOf(file)
      .map(roomOf)
      .filter((other) => other !== "");
    expect(looked.filter((other) => !allowed.includes(other))).toEqual([]);
  });

  test("has a page that takes of the clouds only how their images are launched, which needs nothing of a server", () => {
    const ofClouds = files
      .filter((file) => roomOf(file) === "web")
      .flatMap(importsOf)
      .filter((file) => roomOf(file) === "providers");
    const launches = files.filter((file) => /^providers.(\w+.launch[\w-]*|launch.\w+)\.ts$/.test(file));
    expect(ofClouds.filter((file) => !launches.includes(file))).toEqual([]);
    expect(launches.flatMap(importsOf).filter((file) => ![...launches, "visible-text.ts"].includes(file))).toEqual([]);
  });

  test("has a page that takes of the server only how a text is audited, which needs nothing of it", () => {
    const ofServer = files
      .filter((file) => roomOf(file) === "web")
      .flatMap(importsOf)
      .filter((file) => roomOf(file) === "http");
    const audit = files.filter((file) => file.startsWith(join("http", "audit")));
    expect(ofServer.filter((file) => !audit.includes(file))).toEqual([]);
    expect(audit.flatMap(importsOf).filter((file) => !audit.includes(file))).toEqual([]);
  });

  test("has a page that takes of the catalogue only the table of filters, which needs nothing", () => {
    const ofCatalogue = files
      .filter((file) => roomOf(file) === "web")
      .flatMap(importsOf)
      .filter((file) => roomOf(file).startsWith("catalogue"));
    const table = join("catalogue", "facts", "filter-table.ts");
    expect(ofCatalogue.filter((file) => file !== table)).toEqual([]);
    expect(importsOf(table)).toEqual([]);
  });

  test("has no room that is not in the plan", () => {
    const rooms = new Set(files.map(roomOf).filter((room) => room !== ""));
    expect([...rooms].filter((room) => !(room in ROOMS))).toEqual([]);
  });

  test("has a README in each room that is read in a minute", () => {
    for (const room of new Set(Object.keys(ROOMS).map((name) => name.split("/")[0] ?? ""))) {
      const lines = readFileSync(join(SRC, room, "README.md"), "utf8").split("\n");
      expect(lines.length, room).toBeLessThanOrEqual(26);
    }
  });

  test("has no dumping grounds", () => {
    const grounds = /^(utils?|helpers?|common|lib|types|constants|index|misc)\.tsx?$/;
    expect(files.filter((file) => grounds.test(basename(file)))).toEqual([]);
  });

  test("gives each type a name of its own", () => {
    const places = new Map<string, string[]>();
    for (const file of files) {
      const text = readFileSync(join(SRC, file), "utf8");
      for (const [, name = ""] of text.matchAll(/^(?:export )?(?:interface|type) (\w+)\b/gm))
        places.set(name, [...(places.get(name) ?? []), file]);
    }
    expect(places.size).toBeGreaterThan(500);
    expect([...places].filter(([, defined]) => defined.length > 1)).toEqual([]);
  });

  test("reads the environment in one place", () => {
    const readers = files.filter((file) => /process\.env/.test(readFileSync(join(SRC, file), "utf8")));
    expect(readers).toEqual(["config.ts"]);
  });

  test("writes to a terminal where foreign text is made visible", () => {
    const writers = files.filter((file) =>
      /process\.std(out|err)\.write|console\.\w+\(/.test(readFileSync(join(SRC, file), "utf8")),
    );
    // What is not from a cloud: a script for shells, messages between processes, and which Node.js is too old.
    const ofDemo = ["demo/cluster/balancer-process.ts", "demo/ec2/endpoint-process.ts"];
    const without = ["cli/completion-command.ts", ...ofDemo, "main.ts"];
    expect(writers.toSorted()).toEqual(["cli.ts", "cli/print.ts", "cli/table.ts", ...without].toSorted());
  });

  test("writes settings through the record alone", () => {
    const writers = files.filter(
      (file) =>
        !/^(catalogue.|record$)/.test(roomOf(file)) &&
        /import \{[^}]*\bwrite\b[^}]*\} from "[./a-z]*file\/write\.ts"/.test(readFileSync(join(SRC, file), "utf8")),
    );
    const statements = [...readFileSync(join(SRC, "record/record.ts"), "utf8").matchAll(/: inOne\((\w+)\)/g)];
    const names = new Set(statements.map(([, name]) => name));
    const callers = files.filter((file) => {
      if (/^(catalogue.|record$)/.test(roomOf(file))) return false;
      const imports = readFileSync(join(SRC, file), "utf8").matchAll(/import \{([^}]*)\} from "[./]*record\//g);
      return [...imports].some(([, imported = ""]) => imported.split(",").some((name) => names.has(name.trim())));
    });
    expect(names.size).toBeGreaterThan(10);
    expect([...writers, ...callers]).toEqual([]);
  });

  test("lets nobody but the catalogue and the record hold SQLite's handle", () => {
    const handle = /\.sqlite\b|[{,]\s*sqlite\s*[,}:]|\.orm\b|[{,]\s*orm\s*[,}:]|better-sqlite3/;
    const holders = files.filter((file) => handle.test(readFileSync(join(SRC, file), "utf8")));
    expect(holders.length).toBeGreaterThan(50);
    expect(holders.filter((file) => !/^(catalogue.|record$)/.test(roomOf(file)))).toEqual([]);
  });

  test("keeps SQL in the catalogue and the record", () => {
    const sql = /\b(SELECT|INSERT INTO|DELETE FROM|UPDATE) .*\b(FROM|VALUES|WHERE|SET)\b/;
    const outside = files.filter(
      (file) => !/^(catalogue.|record$)/.test(roomOf(file)) && sql.test(readFileSync(join(SRC, file), "utf8")),
    );
    expect(outside).toEqual([]);
  });

  test("has an adapter for every provider, and a provider for every adapter", () => {
    const entries = readdirSync(join(SRC, "providers")).filter(
      (name) =>
        ![
          "README.md",
          "cloud-facts.ts",
          "image-facts.ts",
          "launch",
          "provider.ts",
          "publisher.ts",
          "registry.ts",
          "systems",
          "transport",
        ].includes(name),
    );
    expect(entries.map((name) => basename(name, ".ts")).toSorted()).toEqual(providerNames().toSorted());
  });
});

function importsOf(file: string): string[] {
  const text = readFileSync(join(SRC, file), "utf8");
  const specifiers = [...text.matchAll(/(?:\bfrom|\bimport\(|\bimport)\s*"(\.[^"]+)"/g)].map((match) => match[1] ?? "");
  return specifiers.map((specifier) => relative(SRC, join(SRC, file, "..", specifier)));
}

/** A room, or a root file's own name. */
function placeOf(file: string): string {
  return roomOf(file) || file;
}

/** "" for the few files that stand in no room: image.ts, errors.ts, config.ts. The catalogue has rooms of its own. */
function roomOf(file: string): string {
  const [first = "", second = "", third] = file.split(sep);
  if (second === "") return "";
  return first === "catalogue" && third !== undefined ? `${first}/${second}` : first;
}
