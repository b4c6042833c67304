import { expect, test } from "vitest";
import { readRecordUrl } from "../../../src/record/postgres/read-url.ts";

test("a record's URL names hosts, addresses of both kinds, or the folder of a socket", () => {
  const placesOf = (url: string): unknown => {
    const { host, port, path } = readRecordUrl(url);
    return [host, port, path];
  };

  expect(placesOf("postgres://u@one.example,two.example:5433/db")).toEqual([
    ["one.example", "two.example"],
    [5432, 5433],
    undefined,
  ]);
  expect(placesOf("postgresql://u:p@[::1]:6000,[2001:db8::1],10.0.0.1/db")).toEqual([
    ["::1", "2001:db8::1", "10.0.0.1"],
    [6000, 5432, 5432],
    undefined,
  ]);
  expect(placesOf("postgres://u@%2Frun%2Fpostgresql:5433/db")).toEqual([
    ["/run/postgresql"],
    [5433],
    "/run/postgresql/.s.PGSQL.5433",
  ]);
});

test("user, password and database may hold what is percent-encoded, and other parameters are PostgreSQL's", () => {
  expect(
    readRecordUrl("postgres://im%40x:a%2Fb%3A@h/my%20db?sslmode=require&search_path=images&application_name=x"),
  ).toEqual({
    host: ["h"],
    port: [5432],
    user: "im@x",
    pass: "a/b:",
    database: "my db",
    ssl: "require",
    parameters: { search_path: "images" },
  });
  expect(readRecordUrl("postgres://h/db").ssl).toBe(false);
});
