import { describe, expect, test } from "vitest";
import { ZodError } from "zod";
import type { BackendOptions, ProviderDefinition } from "../../src/providers/provider.ts";
import type { FakeAnswer, JsonServer, SeenRequest } from "../fakes/json-server.ts";
import { listAll, type Subject } from "./contract.ts";
import { failureOf, textOf } from "./failure-of.ts";
import { describeHttpFailures } from "./http-failures.ts";

/** A provider with a token, before a fake that answers as a test likes. */
export interface TokenSubject extends Subject {
  readonly cloud: JsonServer & { intercept: ((request: SeenRequest) => FakeAnswer | undefined) | undefined };
}

export interface TokenCase {
  readonly definition: ProviderDefinition;
  readonly start: () => Promise<TokenSubject>;
  /** What a backend must have, the token under `apisecret` among it. */
  readonly options: BackendOptions;
  /** Options that cannot work, beside those of every token and address. */
  readonly wrong?: readonly { readonly field: keyof BackendOptions; readonly wrong: string | undefined }[];
}

/** Failures and options of clouds that are reached with one token. */
export function describeTokenAccess({ definition, start, options, wrong = [] }: TokenCase): void {
  const { name } = definition;

  describe(`${name} provider, refusing to go on`, () => {
    describeHttpFailures(async () => {
      const { provider, cloud, ...subject } = await start();
      return {
        provider,
        answer: ({ status, headers = {}, body }) => (cloud.intercept = () => ({ status, headers, html: body })),
        [Symbol.asyncDispose]: () => subject[Symbol.asyncDispose](),
      };
    });

    test("keeps the token out of every error, its causes included", async () => {
      await using subject = await start();
      subject.cloud.intercept = ({ headers }) => ({ status: 403, json: { echo: headers } });

      const said = textOf(await failureOf(listAll({ ...subject, source: subject.provider.sources[0]! })));

      expect(said).toContain("[secret]");
      expect(said).not.toContain(options.apisecret);
    });
  });

  describe(`${name} provider, its options`, () => {
    test.each([
      { field: "apisecret", wrong: "" },
      { field: "apisecret", wrong: "two words" },
      { field: "apisecret", wrong: "two\r\nheaders: 1" },
      { field: "apiurl", wrong: "api.example.org" },
      { field: "apiurl", wrong: "https://user:pass@example.org" },
      ...wrong,
    ])("names $field when it is $wrong", ({ field, wrong: value }) => {
      const create = (): unknown => definition.create({ ...options, [field]: value }, { allowLinkLocal: false });

      expect(create).toThrow(ZodError);
      expect(create).toThrow(expect.objectContaining({ issues: [expect.objectContaining({ path: [field] })] }));
    });

    test("are one public source for all backends, and another at another endpoint", () => {
      const publicOf = (others: Partial<BackendOptions>): unknown =>
        definition.create({ ...options, ...others }, { allowLinkLocal: false }).sources.at(-1);
      const place = options.region === undefined ? "" : ` ${options.region}`;

      const shared = { key: `${name}${place} public`, scope: "public" };
      expect(publicOf({})).toEqual(shared);
      expect(publicOf({ apisecret: "another-token" })).toEqual(shared);
      const elsewhere = { key: `${name}${place} public https://api.example.org`, scope: "public" };
      expect(publicOf({ apiurl: "https://api.example.org/" })).toEqual(elsewhere);
    });

    test("are the account's own source too", () => {
      const { sources } = definition.create(options, { allowLinkLocal: false });

      const place = options.region === undefined ? "" : ` ${options.region}`;
      expect(sources[0]).toEqual({ key: `${name}${place} own`, scope: "own" });
    });
  });
}
