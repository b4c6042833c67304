import { once } from "node:events";
import { createServer } from "node:http";
import postgres from "postgres";

/*
 * Search in PostgreSQL alone, as a small server of its own would offer it: words anywhere, the newest first, page and total.
 *
 *   node trigram-server.ts postgres://…
 *
 * Says its port and the process of PostgreSQL that works for it in one JSON line. The end of standard input ends it.
 */

const PAGE = 50;
const [url = ""] = process.argv.slice(2);
void run();

async function run(): Promise<void> {
  const sql = postgres(url, { max: 1, fetch_types: false, onnotice: () => undefined });
  await sql.unsafe("SET search_path = bench, public; SET max_parallel_workers_per_gather = 0; SET jit = off");
  const [backend] = await sql<{ pid: number }[]>`SELECT pg_backend_pid() AS pid`;
  const find = async (term: string): Promise<{ total: number; rows: unknown[] }> => {
    const [one = "", two = ""] = term.split(" ").map((word) => `%${word}%`);
    const where = sql`text LIKE ${one} AND text LIKE ${two}`;
    const rows = await sql`SELECT image_id, name, description, owner_id, created_at, extra FROM texts WHERE ${where}
      ORDER BY created_at DESC NULLS LAST LIMIT ${PAGE}`;
    const [counted] = await sql<{ total: number }[]>`SELECT count(*)::int AS total FROM texts WHERE ${where}`;
    return { total: counted?.total ?? 0, rows: [...rows] };
  };
  const server = createServer((req, res) => {
    const term = new URL(req.url ?? "", "http://localhost").searchParams.get("search_term") ?? "";
    find(term).then(
      ({ total, rows }) => {
        res.writeHead(200, { "content-type": "application/json", "x-total-count": total });
        res.end(JSON.stringify(rows));
      },
      (error: unknown) => res.writeHead(500).end(String(error)),
    );
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  process.stdout.write(`${JSON.stringify({ port, backend: backend?.pid })}\n`);
  process.stdin.resume();
  process.stdin.once("close", () => {
    server.close();
    server.closeAllConnections();
    void sql.end({ timeout: 1 });
  });
}
