import type { ImageState, MachineImage } from "../../image.ts";
import { type SaidFacts, stateIn, textIn, textsIn } from "../systems/said-facts.ts";

export function gceFacts({ name, visibility, platform, extra }: MachineImage): SaidFacts {
  // Licences say the system also of images that others made of a public one; some public ones have that of an older release.
  const licenses = textsIn(extra, "licenses").map((url) => url.slice(url.lastIndexOf("/") + 1));
  const named = visibility === "public" ? [name, textIn(extra, "family")] : [];
  return { system: [...named, ...licenses, platform], state: stateOf(extra) };
}

/** An obsolete image starts no machine until its project takes that back. */
function stateOf(extra: MachineImage["extra"]): ImageState {
  const deprecation = textIn(extra["deprecated"], "state");
  if (deprecation === "DELETED") return "failed";
  if (deprecation === "OBSOLETE") return "disabled";
  return stateIn(textIn(extra, "status"), { available: ["ready"], pending: ["pending"] });
}
