import type { ImageState, MachineImage } from "../../image.ts";
import type { CloudFacts } from "../cloud-facts.ts";
import { GCE_PUBLISHERS } from "./publishers.ts";
import { stateIn, textIn, textsIn } from "../systems/said-facts.ts";

export const gceFacts: CloudFacts = {
  searched: ["rawDisk.containerType", "sourceDisk", "sourceSnapshot", "sourceImage"],
  publishers: GCE_PUBLISHERS,
  publicImages: "anybody",
  read({ name, visibility, platform, extra }) {
    // Licences say the system also of images that others made of a public one; some public ones have that of an older release.
    const licenses = textsIn(extra, "licenses").map((url) => url.slice(url.lastIndexOf("/") + 1));
    const named = visibility === "public" ? [name, textIn(extra, "family")] : [];
    return { system: [...named, ...licenses, platform], state: stateOf(extra) };
  },
};

/** An obsolete image starts no machine until its project takes that back. */
function stateOf(extra: MachineImage["extra"]): ImageState {
  const deprecation = textIn(extra["deprecated"], "state");
  if (deprecation === "DELETED") return "failed";
  if (deprecation === "OBSOLETE") return "disabled";
  return stateIn(textIn(extra, "status"), { available: ["ready"], pending: ["pending"] });
}
