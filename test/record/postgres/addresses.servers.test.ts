import { execFileSync, spawn } from "node:child_process";
import { appendFileSync, chmodSync, copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { giveToPostgres } from "../../../src/demo/cluster/postgres-programs.ts";
import { openRecord } from "../../../src/record/postgres/open-record.ts";
import { findProgram } from "../../foreign/find-program.ts";
import { type PostgresServer, startPostgres } from "../../foreign/postgres.ts";
import { freePort } from "../../free-port.ts";
import { until } from "../../until.ts";
import { catchUp, contentsOf, openListingNode } from "./cluster-lab.ts";
import { KEY } from "./postgres-lab.ts";
import { image, NOW } from "../../catalogue/seed.ts";

let shelf: string;
let server: PostgresServer;

beforeAll(async () => {
  shelf = mkdtempSync(join(tmpdir(), "imagedex-addresses-"));
  chmodSync(shelf, 0o755);
  makeAuthority("ours");
  makeAuthority("another");
  server = await startPostgres(["listen_addresses=127.0.0.1,::1"], (data) => {
    for (const [from, to] of [
      ["ours.server.crt", "server.crt"],
      ["ours.server.key", "server.key"],
    ] as const) {
      copyFileSync(join(shelf, from), join(data, to));
      chmodSync(join(data, to), 0o600);
      giveToPostgres(join(data, to));
    }
    appendFileSync(join(data, "postgresql.conf"), "\nssl = on\n");
  });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  rmSync(shelf, { recursive: true });
});

/** An authority, and a certificate of it for `localhost` and no other name. */
function makeAuthority(name: string): void {
  const run = (...args: readonly string[]): void => void execFileSync("openssl", args, { cwd: shelf, stdio: "ignore" });
  const request = ["req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  run(...request, "-x509", "-days", "2", "-subj", `/CN=${name}`, "-keyout", `${name}.key`, "-out", `${name}.crt`);
  run(...request, "-subj", "/CN=localhost", "-keyout", `${name}.server.key`, "-out", "request.pem");
  writeFileSync(join(shelf, "names"), "subjectAltName=DNS:localhost");
  const signed = ["-CA", `${name}.crt`, "-CAkey", `${name}.key`, "-CAcreateserial", "-extfile", "names"];
  run("x509", "-req", "-in", "request.pem", "-days", "2", ...signed, "-out", `${name}.server.crt`);
}

async function refusal(url: string): Promise<string> {
  const error: unknown = await openRecord(url, KEY).catch((refused: unknown) => refused);
  return error instanceof Error ? error.message.replace(/.*?@\S+ /, "") : "opened";
}

/** The same database at another address. */
function at(url: string, host: string, mode: string): string {
  return url.replace(/@[^/]+/, `@${host}`) + mode;
}

describe("a record is reached", () => {
  test("over TLS, and its certificate checked as far as the mode says", async () => {
    const url = await server.createDatabase();
    const [name, address] = [`localhost:${server.port}`, `127.0.0.1:${server.port}`];
    const ca = `&sslrootcert=${join(shelf, "ours.crt")}`;
    const other = `&sslrootcert=${join(shelf, "another.crt")}`;

    expect(await refusal(at(url, name, `?sslmode=verify-full${ca}`))).toBe("opened");
    expect(await refusal(at(url, name, `?sslrootcert=${join(shelf, "ours.crt")}`))).toBe("opened");
    expect(await refusal(at(url, address, `?sslmode=verify-ca${ca}`))).toBe("opened");
    expect(await refusal(at(url, address, "?sslmode=require"))).toBe("opened");
    expect(await refusal(at(url, address, `?sslmode=verify-full${ca}`))).toBe(
      "has a certificate for another name; name the host as its certificate does, or use sslmode=verify-ca",
    );
    const untrusted = /^has a certificate that is not trusted \(\w+\); name the authority's certificate in sslrootcert/;
    for (const mode of ["verify-full", "verify-ca"]) {
      expect(await refusal(at(url, name, `?sslmode=${mode}`))).toMatch(untrusted);
      expect(await refusal(at(url, name, `?sslmode=${mode}${other}`))).toMatch(untrusted);
    }
    expect(await refusal(at(url, address, `?sslmode=require${other}`))).toMatch(untrusted);
    expect(await refusal(at(url, name, "?sslmode=verify-full&sslrootcert=/nowhere.pem"))).toBe(
      "IMAGEDEX_DATABASE: sslrootcert: /nowhere.pem cannot be read; expected certificates as PEM",
    );
    await server.run("ALTER SYSTEM SET ssl = off");
    await server.run("SELECT pg_reload_conf()");
    await until("no TLS", async () => (await refusal(at(url, name, `?sslmode=require`))) !== "opened");
    expect(await refusal(at(url, name, "?sslmode=verify-full"))).toBe(
      "offers no TLS; switch it on there, or use sslmode=disable",
    );
    await server.run("ALTER SYSTEM RESET ssl");
    await server.run("SELECT pg_reload_conf()");
    await until("TLS", async () => (await refusal(at(url, name, `?sslmode=require`))) === "opened");
  });

  test("by its socket, and by an IPv6 address among others", async () => {
    const url = await server.createDatabase();
    const socket = at(url, `${encodeURIComponent(server.folder)}:${server.port}`, "");

    await using node = await openListingNode(socket);
    await node.addBackend("a");
    await node.list("a", [image("ami-1"), image("ami-2")]);
    await using six = await openListingNode(
      at(url, `[::1]:${server.port},127.0.0.1:${server.port}`, "?sslmode=require"),
    );
    await catchUp([six]);
    await six.record.toggleStar("a", "ami-1", NOW);

    await catchUp([node, six]);
    expect(contentsOf(six)).toEqual(contentsOf(node));
  });
});

const pgbouncer = findProgram("pgbouncer");

describe.skipIf(pgbouncer === undefined)("behind PgBouncer", () => {
  test("a record works with pools of sessions, and others are refused", async () => {
    const url = await server.createDatabase();
    await using session = await startPooler(url, "session", true);
    await using transaction = await startPooler(url, "transaction", true);
    await using strict = await startPooler(url, "session", false);

    expect(await refusal(transaction.url)).toMatch(/^is behind a pooler that shares connections between transactions/);
    expect(await refusal(strict.url)).toMatch(/^is behind a PgBouncer that refuses startup parameters/);
    await using node = await openListingNode(session.url);
    await using other = await openListingNode(session.url, { tuning: { everyMs: 60_000 } });
    await node.addBackend("a");
    await node.list("a", [image("ami-1"), image("ami-2")]);
    await catchUp([node, other]);

    expect(contentsOf(other)).toEqual(contentsOf(node));
  });
});

interface Pooler extends AsyncDisposable {
  readonly url: string;
}

const IGNORED =
  "idle_in_transaction_session_timeout, lock_timeout, statement_timeout, plan_cache_mode, tcp_keepalives_idle, tcp_keepalives_interval, tcp_keepalives_count";

async function startPooler(url: string, mode: string, isLenient: boolean): Promise<Pooler> {
  const port = await freePort();
  const file = join(shelf, `pgbouncer-${port}.ini`);
  const { username, password, pathname } = new URL(url);
  const upstream = `host=${server.folder} port=${server.port} user=${username} password='${decodeURIComponent(password)}'`;
  const lines = [
    "[databases]",
    `${pathname.slice(1)} = ${upstream}`,
    "[pgbouncer]",
    "listen_addr = 127.0.0.1",
    `listen_port = ${port}`,
    "unix_socket_dir =",
    "auth_type = any",
    `pool_mode = ${mode}`,
    "default_pool_size = 30",
    ...(isLenient ? [`ignore_startup_parameters = ${IGNORED}`] : []),
  ];
  writeFileSync(file, lines.join("\n"), { mode: 0o644 });
  const user = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};
  const child = spawn(pgbouncer ?? "", [file], { stdio: "ignore", cwd: shelf, ...user });
  const pooled = at(url, `127.0.0.1:${port}`, "");
  await until("a pooler", async () => {
    const answer = await refusal(pooled);
    return !/cannot be reached/.test(answer);
  });
  return {
    url: pooled,
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
    },
  };
}
