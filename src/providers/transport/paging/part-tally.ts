import { ProviderError } from "../../../errors.ts";
import type { FailedPart, ImagePage } from "../../provider.ts";

/** A part of a source: a node, a pool, a repository. */
export interface TalliedPart {
  /** Its name, the same in every listing: `node pve1`. */
  readonly part: string;
  /** What messages call it, where its name alone says little to people. Contains the name. */
  readonly title?: string;
}

/** A page of a part. If parts of a part can fail on their own, they are parts themselves. */
export type PartPage = Pick<ImagePage, "failedParts" | "images" | "rejected">;

/** What became of the parts of one listing. */
export interface PartTally {
  /**
   * The pages of one part, each with its name. A part that yields none is gone, and is no part. Where the pages end in a
   * failure of this part alone, a last page tells of it. Throws what is about more than the part: see `fail`.
   */
  list(part: TalliedPart, pages: AsyncIterable<PartPage>): AsyncGenerator<ImagePage>;
  /** A page saying that a part could not be listed. Throws `error` when it concerns all parts: wrong credentials, an abort. */
  fail(part: TalliedPart, error: unknown): ImagePage;
  /** Throws the first failure where parts failed and none was listed. */
  close(): void;
}

/** `reasonOf` says what a failure means for a part, where its error says something else. */
export function createPartTally(
  client: { takeCalls(): number },
  reasonOf: (error: ProviderError) => FailedPart["reason"] = ({ reason }) => reason,
): PartTally {
  let first: ProviderError | undefined;
  let isAnyListed = false;
  const empty = (): ImagePage => ({ images: [], rejected: [], calls: client.takeCalls() });
  const fail: PartTally["fail"] = ({ part, title = part }, error) => {
    if (!(error instanceof ProviderError)) throw error;
    const reason = reasonOf(error);
    if (reason === "credentials") throw error;
    first ??= error;
    return { ...empty(), failedParts: [{ part, reason, message: `${title}: ${error.message}` }] };
  };
  return {
    fail,
    async *list(part, pages) {
      let isThere = false;
      try {
        for await (const page of pages) {
          isThere = true;
          yield { ...page, calls: client.takeCalls(), part: part.part };
        }
      } catch (error) {
        yield fail(part, error);
        return;
      }
      isAnyListed ||= isThere;
      if (!isThere) yield empty();
    },
    close() {
      if (first && !isAnyListed) throw first;
    },
  };
}
