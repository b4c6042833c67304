import { expect } from "vitest";
import { ProviderError } from "../../src/errors.ts";

/** The ProviderError that a listing fails with; fails the test when it does not. */
export async function failureOf(listing: Promise<unknown>): Promise<ProviderError> {
  const error: unknown = await listing.then(
    () => new Error("the listing ended well"),
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(ProviderError);
  return error as ProviderError;
}

/** Everything an error and its causes say, stacks included. */
export function textOf(error: unknown): string {
  const said: string[] = [];
  for (let e = error; e instanceof Error; e = e.cause) {
    said.push(e.message, e.stack ?? "", JSON.stringify(Object.entries(e)));
  }
  return said.join("\n");
}
