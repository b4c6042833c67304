import { useState } from "preact/hooks";
import type { Search } from "./results/use-search.ts";
import { messageOf } from "./server/server.ts";
import { useServer } from "./server/use-server.ts";
import { imagePath, type ImageRef } from "./view.ts";

export interface Stars {
  /** Stars an image or removes its star; it keeps its place until the next search. Resolves to whether it is starred now. */
  readonly toggle: (image: ImageRef) => Promise<boolean | undefined>;
  /** Why the last star could not be set. */
  readonly problem: string | null;
  readonly forgetProblem: () => void;
}

/** `canStar`: whether the user may star images. */
export function useStars({ showStar }: Search, canStar: boolean): Stars {
  const server = useServer();
  const [problem, setProblem] = useState<string | null>(null);
  const toggle = async (image: ImageRef): Promise<boolean | undefined> => {
    if (!canStar) return undefined;
    try {
      const star = await server.send<boolean>("POST", imagePath(image));
      showStar(image.backend, image.id, star);
      setProblem(null);
      return star;
    } catch (error) {
      setProblem(`The star was not set: ${messageOf(error)}`);
      return undefined;
    }
  };
  return { toggle, problem, forgetProblem: () => setProblem(null) };
}
