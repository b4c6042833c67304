import type { ImageProvider } from "../../src/providers/provider.ts";

/** Whose images a provider says that it lists. */
export async function identify(provider: ImageProvider): Promise<string | undefined> {
  return provider.identify?.(new AbortController().signal);
}
