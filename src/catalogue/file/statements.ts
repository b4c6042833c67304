import type Database from "better-sqlite3";

/** Statements that a connection keeps; each source has some of its own. */
const KEPT = 1_000;

/** The statements of one connection, by their SQL. */
interface PreparedStatements {
  /** Their rows are objects. */
  readonly rows: Map<string, Database.Statement>;
  /** Their rows are the first column alone. */
  readonly values: Map<string, Database.Statement>;
}

/** The one store of prepared statements: they live as long as their connection. */
const connections = new WeakMap<Database.Database, PreparedStatements>();

/**
 * A statement whose rows are objects, prepared once for each connection. `Row` is what its SQL selects. One that is still being
 * iterated is not handed out a second time. Not for SQL that differs from call to call.
 */
export function rowsOf<Row>(db: Database.Database, sql: string): Database.Statement<unknown[], Row>;
export function rowsOf(db: Database.Database, sql: string): Database.Statement {
  const { rows } = statementsOf(db);
  return readyIn(rows, sql) ?? keepIn(rows, sql, db.prepare(sql));
}

/** The same for a statement whose rows are their first column alone. */
export function valuesOf<Value>(db: Database.Database, sql: string): Database.Statement<unknown[], Value>;
export function valuesOf(db: Database.Database, sql: string): Database.Statement {
  const { values } = statementsOf(db);
  return readyIn(values, sql) ?? keepIn(values, sql, db.prepare(sql).pluck());
}

function statementsOf(db: Database.Database): PreparedStatements {
  let statements = connections.get(db);
  if (!statements) connections.set(db, (statements = { rows: new Map(), values: new Map() }));
  return statements;
}

function readyIn(kept: Map<string, Database.Statement>, sql: string): Database.Statement | undefined {
  const statement = kept.get(sql);
  return statement?.busy ? undefined : statement;
}

function keepIn(kept: Map<string, Database.Statement>, sql: string, statement: Database.Statement): Database.Statement {
  if (kept.size >= KEPT) kept.clear();
  kept.set(sql, statement);
  return statement;
}
