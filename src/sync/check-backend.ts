import type { Backend } from "../record/backends.ts";
import { type BackendFields, proposeBackend, type Registrar } from "./register-backend.ts";

/** The result of reading a source's first page. */
export interface SourceCheck {
  readonly source: string;
  /** Images on the first page that held any; null when it could not be read. */
  readonly images: number | null;
  readonly error: string | null;
}

/** A first page takes seconds; a cloud that takes longer does not answer. */
const DEADLINE_MS = 20_000;

/**
 * Checks whether a backend can be listed: asks for the first page of each of its sources, and stores nothing. Missing secrets
 * are taken from `existing`. Throws BadRequestError naming the field at fault.
 */
export async function checkBackend(
  registrar: Registrar,
  fields: BackendFields,
  existing: Backend | undefined,
): Promise<SourceCheck[]> {
  const provider = proposeBackend(registrar, fields, existing);
  return Promise.all(
    provider.sources.map(async (source): Promise<SourceCheck> => {
      const signal = AbortSignal.timeout(DEADLINE_MS);
      try {
        let images = 0;
        for await (const page of provider.listImages(source, signal)) {
          images = page.images.length;
          if (images > 0) break;
        }
        return { source: source.key, images, error: null };
      } catch (error) {
        const reason = signal.aborted
          ? `no answer within ${DEADLINE_MS / 1000} seconds`
          : error instanceof Error
            ? error.message
            : String(error);
        return { source: source.key, images: null, error: reason };
      }
    }),
  );
}
