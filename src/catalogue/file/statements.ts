import type Database from "better-sqlite3";

/** Statements of one kind that a connection keeps; each source has some of its own. */
const KEPT = 500;

/** Prepares statements, and hands them out again when their SQL is asked for again. */
export type Statements<Row> = (db: Database.Database, sql: string) => Database.Statement<unknown[], Row>;

/** Statements whose rows are objects. One that is still being iterated is not handed out a second time. */
export function createStatements<Row>(): Statements<Row> {
  return keepStatements((db, sql) => db.prepare<unknown[], Row>(sql));
}

/** Statements whose rows are their first column alone. */
export function createValueStatements<Value>(): Statements<Value> {
  return keepStatements((db, sql) => db.prepare<unknown[], Value>(sql).pluck());
}

function keepStatements<Row>(prepare: Statements<Row>): Statements<Row> {
  const connections = new WeakMap<Database.Database, Map<string, Database.Statement<unknown[], Row>>>();
  return (db, sql) => {
    let statements = connections.get(db);
    if (!statements) connections.set(db, (statements = new Map()));
    const known = statements.get(sql);
    if (known && !known.busy) return known;
    const statement = prepare(db, sql);
    if (statements.size >= KEPT) statements.clear();
    statements.set(sql, statement);
    return statement;
  };
}
