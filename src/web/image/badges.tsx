import type { JSX } from "preact";
import { dayOf } from "../ages.ts";
import type { Entry } from "../server/answers.ts";

/** How far a publisher can be trusted, in words for people. */
export const TRUST: Readonly<Record<string, { readonly label: string; readonly explanation: string }>> = {
  self: { label: "Own", explanation: "Your own image." },
  official: { label: "Official", explanation: "Published by the maker of its software." },
  verified: { label: "Verified", explanation: "Published by a known publisher." },
  community: { label: "Community", explanation: "Published by an unknown account: check it before use." },
};

interface BadgesProps {
  readonly image: Pick<Entry, "trust" | "retired_at" | "latest" | "deprecated_at" | "state">;
  /** Among the builds of one family, trust is the same for all. */
  readonly isBuild?: boolean;
}

/** What a user should know before using an image. */
export function Badges({ image, isBuild = false }: BadgesProps): JSX.Element {
  const { trust, state, deprecated_at: deprecated, retired_at: retired } = image;
  const { label, explanation } = TRUST[trust] ?? { label: trust, explanation: "" };
  const isDeprecated = deprecated !== null && Date.parse(deprecated) <= Date.now();
  return (
    <span class="badges">
      {!isBuild && (
        <span class={`badge ${trust}`} title={explanation}>
          {label}
        </span>
      )}
      {isDeprecated && (
        <span class="badge deprecated" title={`Deprecated on ${dayOf(deprecated)}`}>
          Deprecated
        </span>
      )}
      {retired !== null && (
        <span class="badge retired" title={`No longer listed since ${dayOf(retired)}`}>
          Retired
        </span>
      )}
      {state !== "available" && (
        <span class="badge deprecated" title="No machine can be started from it now.">
          {state}
        </span>
      )}
      {!isBuild && !image.latest && retired === null && state === "available" && (
        <span class="badge" title="There is a newer build of this family.">
          Older build
        </span>
      )}
    </span>
  );
}
