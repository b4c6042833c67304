import type { MachineImage } from "../../image.ts";
import type { CloudFacts } from "../cloud-facts.ts";
import { AZURE_PUBLISHERS } from "./publishers.ts";
import { readSystem } from "../systems/read-system.ts";
import { isTrue, stateIn, textIn } from "../systems/said-facts.ts";

export const azureFacts: CloudFacts = {
  searched: ["osType", "storageProfile.osDisk.osType", "storageProfile.osDisk.snapshot.id", "sourceVirtualMachine.id"],
  publishers: AZURE_PUBLISHERS,
  // Microsoft checks who publishes in its Marketplace, and under which name.
  publicImages: ({ ownerId }) => ({ name: ownerId, trust: "verified" }),
  read({ platform, extra }) {
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
  },
};

/** Azure's own `latest` is the highest version of an offer's SKU, and of a gallery's definition. */
function familyOf(extra: MachineImage["extra"]): string | null {
  const urn = ["publisher", "offer", "sku"].map((name) => textIn(extra, name));
  const ofGallery = ["gallery", "definition"].map((name) => textIn(extra, name));
  const names = urn.includes(null) ? ofGallery : urn;
  return names.includes(null) || textIn(extra, "version") === null ? null : [...names, "*"].join(" ");
}
