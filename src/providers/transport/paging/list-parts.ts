import type { ImagePage } from "../../provider.ts";
import type { JsonClient } from "../http/json-client.ts";
import { createPartLedger, failedPage, type PartLedger } from "./part-ledger.ts";

/** A part of a source that may fail on its own. */
export interface ListedPart {
  /** The same in every listing. */
  readonly part: string;
  list(): AsyncIterable<ImagePage>;
}

/**
 * Lists parts one after the other. One that fails is named in `failedParts`, and the others are listed all the same. Throws
 * the first failure where every part fails, and at once where the credentials are refused or the listing is aborted.
 */
export async function* listParts(
  client: Pick<JsonClient, "takeCalls">,
  parts: Iterable<ListedPart>,
  ledger: PartLedger = createPartLedger(),
): AsyncGenerator<ImagePage> {
  for (const { part, list } of parts) {
    const passed = ledger.passOver(part);
    if (passed === "failed") continue;
    if (passed) yield failedPage(part, passed, 0);
    else yield* listPart({ part, list }, client, ledger);
  }
  ledger.close();
}

async function* listPart(
  { part, list }: ListedPart,
  client: Pick<JsonClient, "takeCalls">,
  ledger: PartLedger,
): AsyncGenerator<ImagePage> {
  try {
    for await (const page of list()) {
      ledger.answered(part);
      yield { ...page, part };
    }
  } catch (error) {
    yield failedPage(part, ledger.fail(part, error), client.takeCalls());
  }
}
