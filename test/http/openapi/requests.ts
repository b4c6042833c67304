import fc from "fast-check";
import type { AskOptions } from "../start-server.ts";
import type { Contract, PlacedOperation, SchemaObject } from "./contract.ts";

/** A request as it goes out. */
export interface MadeRequest {
  readonly operationId: string;
  /** Path and query. */
  readonly target: string;
  readonly options: AskOptions & { readonly method: string };
  /** Whether its path stands in the document: only places in it are filled, and with what a path can hold. */
  readonly isKnownPath: boolean;
}

/** What stands in paths that is there. */
const THERE: Readonly<Record<string, readonly string[]>> = {
  backend: ["test", "never"],
  image: ["ami-1", "projects/p/global/images/i", "nameless"],
  webhook: ["wh_0123456789abcdef0123456789abcdef"],
  page: ["clouds", "api"],
};

/** Requests to an operation as the document allows them. */
export function validRequest(operation: PlacedOperation, contract: Contract): fc.Arbitrary<MadeRequest> {
  const { parameters = [], requestBody } = operation;
  const inQuery = parameters.filter((parameter) => parameter.in === "query");
  const body = requestBody?.content["application/json"]?.schema;
  const query = fc.record(Object.fromEntries(inQuery.map(({ name, schema }) => [name, valid(schema, contract)])), {
    requiredKeys: [],
  });
  const places = [...operation.path.matchAll(/\{(\w+)\}/g)].flatMap(([, name]) => name ?? []);
  return fc
    .record({
      query: query.map(together),
      body:
        body && requestBody
          ? fc.oneof(valid(body, contract), ...(requestBody.required ? [] : [fc.constant(undefined)]))
          : fc.constant(undefined),
      filled: fc.record(Object.fromEntries(places.map((name) => [name, fc.constantFrom(...(THERE[name] ?? []))]))),
    })
    .map(({ query: given, body: sent, filled }) => {
      // What a body says is not said otherwise in the query string.
      const search = new URLSearchParams(sent === undefined ? Object.entries(given).map(written) : []);
      return {
        operationId: operation.operationId,
        target: `${fill(operation.path, filled, encodeURIComponent)}${search.size > 0 ? `?${search.toString()}` : ""}`,
        options: {
          method: operation.method.toUpperCase(),
          ...(sent !== undefined && { body: JSON.stringify(together(sent as Record<string, unknown>)) }),
        },
        isKnownPath: true,
      };
    });
}

/** Requests to an operation with anything in every place: values, names, bodies, headers, methods. */
export function oddRequest(operation: PlacedOperation, contract: Contract): fc.Arbitrary<MadeRequest> {
  const { parameters = [], requestBody } = operation;
  const inQuery = parameters.filter((parameter) => parameter.in === "query");
  const schema = requestBody?.content["application/json"]?.schema ?? { $ref: "#/components/schemas/ImageSearch" };
  const places = [...operation.path.matchAll(/\{(\w+)\}/g)].flatMap(([, name]) => name ?? []);
  const pair = fc.oneof(
    ...inQuery.map(({ name, schema: of }) =>
      fc.tuple(fc.constant(name), fc.oneof(valid(of, contract).map(String).map(encoded), oddText)),
    ),
    { weight: Math.max(1, Math.floor(inQuery.length / 4)), arbitrary: fc.tuple(oddText, oddText) },
  );
  return fc
    .record({
      pairs: fc.array(pair, { maxLength: 5 }),
      filled: fc.record(
        Object.fromEntries(
          places.map((name) => [
            name,
            fc.oneof(fc.constantFrom(...(THERE[name] ?? [])).map(encodeURIComponent), oddText),
          ]),
        ),
      ),
      body: fc.oneof({ weight: requestBody ? 1 : 4, arbitrary: fc.constant(undefined) }, oddBody(schema, contract)),
      headers: fc.oneof({ weight: 3, arbitrary: fc.constant({}) }, oddHeaders),
      method: fc.oneof(
        { weight: 6, arbitrary: fc.constant(operation.method.toUpperCase()) },
        fc.constantFrom("HEAD", "GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND", "QUERY"),
      ),
    })
    .map(({ pairs, filled, body, headers, method }) => ({
      operationId: operation.operationId,
      target: `${fill(operation.path, filled, (text) => text)}${pairs.length > 0 ? `?${pairs.map((both) => both.join("=")).join("&")}` : ""}`,
      options: { method, headers, ...(body !== undefined && { body }) },
      isKnownPath: Object.values(filled).every((text) => /^[\w.%-]+$/.test(text) && !/%2f/i.test(text)),
    }));
}

/** Values that a schema of the document takes. */
function valid(schema: SchemaObject, contract: Contract): fc.Arbitrary<unknown> {
  const of = contract.resolve<SchemaObject>(schema as { $ref: string });
  if (of.const !== undefined) return fc.constant(of.const);
  if (of.enum) return fc.constantFrom(...of.enum);
  if (of.anyOf) return fc.oneof(...of.anyOf.map((one) => valid(one, contract)));
  if (Array.isArray(of.type)) return fc.oneof(...of.type.map((type: string) => valid({ ...of, type }, contract)));
  switch (of.type) {
    case "null":
      return fc.constant(null);
    case "boolean":
      return fc.boolean();
    case "integer":
      return fc.integer({ min: of.minimum ?? -1e6, max: Math.min(of.maximum ?? 1e6, Number.MAX_SAFE_INTEGER) });
    case "array":
      return fc.uniqueArray(valid(of.items ?? {}, contract), { minLength: of.minItems ?? 0, maxLength: 4 });
    case "object":
      return fc.record(
        Object.fromEntries(
          Object.entries(of.properties ?? {}).map(([name, member]) => [name, valid(member, contract)]),
        ),
        { requiredKeys: [...(of.required ?? [])] },
      );
    default:
      return validText(of);
  }
}

function validText({ pattern, minLength = 0, maxLength = 100 }: SchemaObject): fc.Arbitrary<string> {
  // The digits of a date are few of those that the pattern takes.
  if (pattern?.startsWith(String.raw`^\d{4}-`))
    return fc.oneof(
      date,
      date.map((time) => time.slice(0, 10)),
    );
  if (pattern === String.raw`\S`) return text(1, 60).filter((given) => given.trim() !== "");
  if (pattern !== undefined) return fc.stringMatching(new RegExp(pattern));
  return text(minLength, Math.min(60, maxLength));
}

const date = fc
  .date({ min: new Date("0001-01-01"), max: new Date("9998-12-31"), noInvalidDate: true })
  .map((time) => time.toISOString());

/** Of at most so many UTF-16 units, for graphemes are counted otherwise by others. */
function text(min: number, max: number): fc.Arbitrary<string> {
  return fc
    .oneof(
      fc.string({ unit: "grapheme", minLength: min, maxLength: 20 }),
      fc.string({ unit: "binary", minLength: min, maxLength: 20 }),
    )
    .filter((given) => given.length <= max)
    .map((given) => given.toWellFormed());
}

const ODD: readonly string[] = [
  "",
  " ",
  "%20",
  "%",
  "%00",
  "%ZZ",
  "%E0%A4%A",
  "%ED%A0%80",
  "%F0%9F%98%80",
  "+",
  "null",
  "undefined",
  "NaN",
  "true",
  "-1",
  "-0",
  "0",
  "00000000000000001",
  "1e3",
  "1.5",
  "0x10",
  "9007199254740992",
  "9".repeat(400),
  "1e309",
  "2026-02-31",
  "9999-12-31T23:59:59-23:59",
  "0000-01-01T00:00:00%2B23:59",
  "__proto__",
  "constructor",
  "toString",
  "search_term",
  "..",
  ".",
  "..%2f..%2fetc%2fpasswd",
  "%2e%2e",
  "a".repeat(1001),
  "%C3%9F".repeat(500),
  "%F0%9F%92%A9".repeat(300),
  "w%20".repeat(70),
  "%22",
  "%22unclosed",
  "*",
  "%27%20OR%201%3D1--",
  "%22%20NEAR(a%20b)",
  "%EF%BF%BF",
  "%CD%8F%E2%80%8B",
  "full",
  "probe",
  "json",
  "added,,retired",
];

/** Values of JSON that look like no value, and break who takes them for one. */
const ODD_VALUES: readonly unknown[] = [
  null,
  [],
  {},
  { toString: 1, valueOf: 1 },
  { length: 3 },
  JSON.parse('{"__proto__":{"limit":1}}'),
  JSON.parse(`${"[".repeat(900)}${"]".repeat(900)}`),
  1e308,
  -0,
  0.1,
  Number.MAX_SAFE_INTEGER + 1,
];

/** Percent-encoded, well or badly. */
const oddText: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(...ODD.filter((given) => given !== " ")),
  fc.string({ unit: "binary", maxLength: 12 }).map(encoded),
  fc.webQueryParameters({ size: "small" }).map((given) => given.replace(/[#?]/g, "")),
  fc.integer().map(String),
  fc.double().map(String),
);

function encoded(given: string): string {
  return encodeURIComponent(given.toWellFormed());
}

/** JSON as the schema has it but for some values; JSON of any kind; and what is no JSON. */
function oddBody(schema: SchemaObject, contract: Contract): fc.Arbitrary<string> {
  const { properties = {} } = contract.resolve<SchemaObject>(schema as { $ref: string });
  const likely = fc.record(
    Object.fromEntries(
      Object.entries(properties).map(([name, member]) => [
        name,
        fc.oneof(
          { weight: 3, arbitrary: valid(member, contract) },
          fc.jsonValue({ maxDepth: 3 }),
          fc.constantFrom<unknown>(...ODD, ...ODD_VALUES),
        ),
      ]),
    ),
    { requiredKeys: [] },
  );
  return fc.oneof(
    { weight: 6, arbitrary: likely.map((value) => JSON.stringify(value)) },
    { weight: 2, arbitrary: fc.json() },
    fc.constantFrom(
      "{",
      "",
      "\0",
      "\ufeff{}",
      '{"a":1,"a":2}',
      '{"limit":1,"limit":2}',
      '{"limit":1e400}',
      '{"__proto__":{"limit":1}}',
      '{"search_term":"\\ud800"}',
      '{"search_term":{"toString":1,"valueOf":1}}',
      '{"search_term":"\\u0000"}',
      `${"[".repeat(20_000)}${"]".repeat(20_000)}`,
      `{"search_term":${"[".repeat(15_000)}${"]".repeat(15_000)}}`,
      `${'{"a":'.repeat(5_000)}1${"}".repeat(5_000)}`,
      JSON.stringify({ title: "x".repeat(70_000) }),
      JSON.stringify({ search_term: "x".repeat(70_000) }),
      JSON.stringify({ ids: ["x".repeat(700_000)] }),
      "search_term=ubuntu",
      "<xml/>",
    ),
  );
}

const oddHeaders: fc.Arbitrary<Record<string, string>> = fc.record(
  {
    "content-type": fc.constantFrom(
      "application/json",
      "application/x-www-form-urlencoded",
      "text/plain; charset=utf-16",
      "application/json; charset=latin1",
      "application/json; charset=",
      "multipart/form-data",
      "nonsense",
      ";;;",
      'a/b; charset="',
    ),
    "content-encoding": fc.constantFrom("gzip", "br", "identity", "morse"),
    "accept-encoding": fc.constantFrom("identity", "*;q=0", "nonsense", ";;;", ""),
    accept: fc.constantFrom("text/html", "application/xml;q=0", ";;;"),
    "if-modified-since": fc.constantFrom("Fri, 01 Jan 2100 00:00:00 GMT", "never"),
    "if-none-match": fc.constantFrom("*", 'W/"', "nonsense", ",,,", "a".repeat(2000)),
    authorization: fc.constantFrom("Bearer", "Bearer x", "Basic Og==", "é"),
    host: fc.constantFrom("localhost", "a b", "evil.example", "[::1", ""),
    "x-forwarded-proto": fc.constant("javascript"),
    range: fc.constantFrom("bytes=0-0", "bytes=9-1"),
  },
  { requiredKeys: [] },
);

function fill(path: string, filled: Readonly<Record<string, string>>, encode: (given: string) => string): string {
  return path.replace(/\{(\w+)\}/g, (_, name: string) => encode(filled[name] ?? ""));
}

/** A query parameter: arrays are separated by commas. */
function written([name, value]: readonly [string, unknown]): [string, string] {
  return [name, Array.isArray(value) ? value.join(",") : String(value)];
}

/** What goes together, as the descriptions say: an offset with a limit, a family or an order without
 * retired images, an owner that is a number. */
function together(given: Record<string, unknown>): Record<string, unknown> {
  const { offset, family, sort, owner, ...rest } = given;
  return {
    ...rest,
    ...(offset !== undefined && { offset, limit: rest["limit"] ?? 10 }),
    ...(family !== undefined && rest["retired"] === undefined && { family }),
    ...(sort !== undefined && rest["retired"] === undefined && { sort }),
    ...(owner !== undefined && { owner: "123456789012" }),
  };
}
