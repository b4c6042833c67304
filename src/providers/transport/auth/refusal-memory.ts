import { ProviderError } from "../../../errors.ts";

/** Remembers, for the time of one run, that a cloud refused to sign somebody in. */
export interface RefusalMemory {
  /** What `signIn` answers. After it was refused once it is not asked again: clouds lock accounts that try too often. */
  once<T>(signIn: () => Promise<T>): Promise<T>;
}

export function createRefusalMemory(): RefusalMemory {
  let refusal: ProviderError | undefined;
  return {
    async once(signIn) {
      if (refusal) throw refusal;
      try {
        return await signIn();
      } catch (error) {
        if (error instanceof ProviderError && error.reason === "credentials") refusal = error;
        throw error;
      }
    },
  };
}
