import { Validator } from "@seriousme/openapi-schema-validator";
import { beforeAll, expect, test } from "vitest";
import { apiPaths } from "../../../src/http/reading/api-paths.ts";
import { createHttpApp } from "../../../src/http/app.ts";
import { pathTemplate } from "../../../src/http/openapi/api-path.ts";
import { createTokenKeeper } from "../../../src/access/token-keeper.ts";
import { createLog } from "../../../src/log.ts";
import { startServer } from "../start-server.ts";
import { type ApiDocument, type Contract, escapePointer, type MediaType, readContract } from "./contract.ts";

let contract: Contract;

beforeAll(async () => {
  await using server = await startServer();
  contract = readContract((await server.ask("/openapi.json")).json as ApiDocument);
});

test("the document is OpenAPI 3.1", async () => {
  const validator = new Validator({ strict: false });
  const verdict = await validator.validate({ ...contract.document });
  expect(verdict.errors).toBeUndefined();
  expect([verdict.valid, validator.version]).toEqual([true, "3.1"]);
});

test("it leaves out no route of the server, and invents none", async () => {
  await using server = await startServer();
  const { registrar, record, catalogue } = server.app;
  const app = createHttpApp({
    ...server.app,
    log: createLog("silent"),
    now: registrar.now,
    tokens: createTokenKeeper({ catalogue, record, configured: [], isLocal: true, now: registrar.now }),
    rateLimit: undefined,
    corsOrigins: [],
    trustedProxies: [],
    closing: new AbortController().signal,
    notReady: () => [],
  });

  const routes = routesOf(app.router).filter(({ path }) => !/^\/assets\/|^\/docs\/style\.css$/.test(path));

  const real = routes.flatMap(({ path, methods }) => methods.map((method) => `${method} ${pathTemplate(path)}`));
  expect(real.toSorted()).toEqual(contract.operations.map(({ method, path }) => `${method} ${path}`).toSorted());
});

test("every operation has an id of its own, a summary, a known tag, and an example of each body", () => {
  const ids = contract.operations.map(({ operationId }) => operationId);
  expect(new Set(ids).size).toBe(ids.length);
  for (const { operationId, requestBody, responses } of contract.operations) {
    const bodies = [requestBody, ...Object.values(responses).map((response) => contract.resolve(response))];
    for (const content of bodies.flatMap((body) => Object.values(body?.content ?? {})))
      expect([operationId, content.example ?? content.examples]).not.toEqual([operationId, undefined]);
  }
});

test("every example is what its schema says", () => {
  const contents: [pointer: string, content: Readonly<Record<string, MediaType>> | undefined][] = [
    ...contract.operations.flatMap(({ path, method, requestBody, responses }) => {
      const at = `#/paths/${escapePointer(path)}/${method}`;
      return [
        [`${at}/requestBody`, requestBody?.content] as const,
        ...Object.entries(responses).flatMap(([status, response]) =>
          "$ref" in response ? [] : [[`${at}/responses/${status}`, response.content] as const],
        ),
      ].map(([pointer, content]): [string, typeof content] => [pointer, content]);
    }),
    ...Object.entries(contract.document.components.responses).map(([name, { content }]): [string, typeof content] => [
      `#/components/responses/${name}`,
      content,
    ]),
  ];
  const faults = contents.flatMap(([pointer, content = {}]) =>
    Object.entries(content).flatMap(([type, { example, examples }]) => {
      const values = example === undefined ? Object.values(examples ?? {}).map(({ value }) => value) : [example];
      return values.map((value) => contract.faultsOf(`${pointer}/content/${escapePointer(type)}/schema`, value));
    }),
  );
  expect(faults.filter((fault) => fault !== null)).toEqual([]);
  expect(faults.length).toBeGreaterThan(40);
});

test("examples of parameters are what their schemas say", () => {
  const faults = contract.operations.flatMap(({ path, method, parameters = [] }) =>
    parameters.flatMap(({ schema }, at) => {
      const { examples = [] } = schema as { examples?: unknown[] };
      const pointer = `#/paths/${escapePointer(path)}/${method}/parameters/${at}/schema`;
      return examples.map((example) => contract.faultsOf(pointer, example));
    }),
  );
  expect(faults.filter((fault) => fault !== null)).toEqual([]);
  expect(faults.length).toBeGreaterThan(20);
});

test("it names every path that a resource declares", () => {
  expect(Object.keys(contract.document.paths)).toEqual(apiPaths.map(({ path }) => pathTemplate(path)));
});

interface Layer {
  readonly route?: { readonly path: string; readonly methods: Readonly<Record<string, boolean>> };
  readonly handle?: { readonly stack?: readonly Layer[] };
}

/** What Express would answer: the routes of a router and of those mounted in it. */
function routesOf(router: unknown): { path: string; methods: string[] }[] {
  const { stack = [] } = router as { stack?: readonly Layer[] };
  return stack.flatMap(({ route, handle }) =>
    route ? [{ path: route.path, methods: Object.keys(route.methods) }] : routesOf(handle),
  );
}
