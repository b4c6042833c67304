import { begunWith } from "../../catalogue/index/find-tokens.ts";
import { shownValue, valuePrefix } from "../../catalogue/index/indexed-image.ts";
import { countIn } from "../../catalogue/index/posting-lists.ts";
import type { LiveSegment } from "../../catalogue/index/segments.ts";
import { BadRequestError } from "../../errors.ts";
import { fold } from "../../fold.ts";
import { didYouMean } from "../../near-names.ts";
import type { SearchIndex } from "../find/search-index.ts";
import type { View } from "../find/view.ts";

/** Forms of account ids: numbers, UUIDs, hexadecimal ids and Oracle's. An account may have no images. */
const ACCOUNT = /^(\d+|[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|[0-9a-f]{24,64}|ocid1\..+)$/;

/**
 * Throws BadRequestError for an owner that is neither an account nor the name of an owner or publisher in the view. It proposes
 * only names in the view, so that it reveals no others.
 */
export function assertOwners(index: SearchIndex, view: View, asked: string | readonly string[] | undefined): void {
  const unknown = [asked ?? []].flat().filter((owner) => !ACCOUNT.test(fold(owner)));
  if (unknown.length === 0) return;
  const segments = view.sources.flatMap(({ source }) =>
    (["present", "retired"] as const).flatMap((kind) => index.segmentsOf(source.id, kind)),
  );
  for (const owner of unknown) {
    if (segments.some((open) => namesIn(open, valuePrefix("owner", fold(owner))).length > 0)) continue;
    const names = new Set(
      segments.flatMap((open) => namesIn(open, "owner=")).filter((name) => !ACCOUNT.test(fold(name))),
    );
    throw new BadRequestError(
      `owner: no owner or publisher is named ${JSON.stringify(owner)}; expected an account's id, an alias or a publisher's name${didYouMean(owner, [...names])}`,
      "owner",
    );
  }
}

/** The owners of a segment's living images, whose values begin with the prefix. */
function namesIn({ segment, living }: LiveSegment, prefix: string): string[] {
  const [from, to] = begunWith(segment.values, prefix);
  const names: string[] = [];
  for (let at = from; at < to; at++)
    if (countIn(living, segment.valueLists, at) > 0) names.push(shownValue(segment.values.at(at)));
  return names;
}
