import type { CloudFacts } from "../cloud-facts.ts";
import { architectureIn } from "../systems/architectures.ts";
import { joined, stateIn, textIn } from "../systems/said-facts.ts";

export const digitaloceanFacts: CloudFacts = {
  searched: ["distribution"],
  publicImages: "operator",
  read({ name, visibility, extra }) {
    const [slug, distribution] = [textIn(extra, "slug"), textIn(extra, "distribution")];
    const isPublic = visibility === "public";
    // `24.04 (LTS) x64` needs its distribution; `MongoDB 6.0` has a version of its own.
    const named = /^v?\d/.test(name ?? "") ? joined(distribution, name) : name;
    return {
      system: [slug, isPublic ? named : null, distribution],
      architecture: architectureIn(slug) ?? (isPublic ? architectureIn(name) : null),
      state: stateIn(textIn(extra, "status"), { pending: ["new", "pending"], disabled: ["retired"] }),
    };
  },
};
