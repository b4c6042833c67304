import type { MachineImage } from "../../image.ts";
import { readSystem } from "../systems/read-system.ts";
import { isTrue, type SaidFacts, stateIn, textIn } from "../systems/said-facts.ts";

export function azureFacts({ platform, extra }: MachineImage): SaidFacts {
  const [offer, sku, version] = ["offer", "sku", "version"].map((name) => textIn(extra, name));
  const urn = offer === null || sku === null ? null : `${offer} ${sku} ${version}`;
  const read = readSystem(urn);
  // A Linux offer may name Windows, and the other way round: which of the two it is, is a field of its own.
  const isLikely = read?.version != null && (platform === "windows") === (read.os === "windows");
  return {
    family: familyOf(extra),
    system: [isLikely ? urn : null, platform],
    state: stateIn(textIn(extra, "provisioningState"), {
      available: ["succeeded"],
      pending: ["creating", "updating", "migrating"],
    }),
    hidden: isTrue(extra, "excludeFromLatest") || isTrue(extra["publishingProfile"], "excludeFromLatest"),
  };
}

/** Azure's own `latest` is the highest version of an offer's SKU, and of a gallery's definition. */
function familyOf(extra: MachineImage["extra"]): string | null {
  const urn = ["publisher", "offer", "sku"].map((name) => textIn(extra, name));
  const ofGallery = ["gallery", "definition"].map((name) => textIn(extra, name));
  const names = urn.includes(null) ? ofGallery : urn;
  return names.includes(null) || textIn(extra, "version") === null ? null : [...names, "*"].join(" ");
}
