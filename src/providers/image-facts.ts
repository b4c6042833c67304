import type { ImageFacts, MachineImage } from "../image.ts";
import { cloudFacts } from "./registry.ts";
import { describeFacts, type NameTrust } from "./systems/describe-facts.ts";

/** What is known of an image that an adapter read. `trust`: how much its name says. */
export function factsOf(image: MachineImage, provider: string, trust: NameTrust): DescribedImage {
  const said = cloudFacts(provider)?.read?.(image) ?? {};
  return { ...describeFacts(image, said, trust), family: said.family ?? null };
}

/** Facts, and where the cloud itself says it, of which image it is a build: the name with `*` for the build. */
export interface DescribedImage extends ImageFacts {
  readonly family: string | null;
}
