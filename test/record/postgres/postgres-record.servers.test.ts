import { afterAll, afterEach, beforeAll } from "vitest";
import { type PostgresServer, startPostgres } from "../../foreign/postgres.ts";
import { describeRecord } from "../contract.ts";
import { type BareNode, openBareNode } from "./postgres-lab.ts";

let server: PostgresServer;
const opened: BareNode[] = [];

beforeAll(async () => {
  server = await startPostgres();
});
afterAll(async () => server[Symbol.asyncDispose]());
afterEach(async () => {
  for (const node of opened.splice(0)) await node[Symbol.asyncDispose]();
});

describeRecord("the record in PostgreSQL, read from the file that follows it", async () => {
  const node = await openBareNode(await server.createDatabase());
  opened.push(node);
  return node;
});
