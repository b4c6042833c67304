import { familyKey } from "../results/fold-families.ts";
import type { Entry } from "../server/answers.ts";
import type { Server } from "../server/server.ts";

/** The most images that are checked. */
const MOST = 1_000;

/**
 * The family's name as a pattern, if it finds the image and, of the owner's images in the backend, only builds of the family:
 * `r*` of one family may match `r11` of another. Null if that is not certain.
 */
export async function findFamilyPattern(server: Server, image: Entry, signal: AbortSignal): Promise<string | null> {
  const { family, owner_id: owner, architecture } = image;
  if (family === null || owner === null || !family.includes("*") || !isMatch(family, image.name)) return null;
  const words = family
    .split("*")
    .flatMap((piece) => piece.split('"'))
    .map((piece) => piece.trim());
  const query = {
    search_term: words
      .filter((word) => word !== "")
      .map((word) => `"${word}"`)
      .join(" "),
    owner,
    ...(architecture !== null && { architecture }),
    fields: "extended",
    limit: String(MOST),
  };
  const path = `/backends/${encodeURIComponent(image.backend_id)}/images`;
  const { body, headers } = await server.get<Entry[]>(path, query, signal);
  if (Number(headers.get("X-Total-Count")) > MOST) return null;
  const found = body.filter(({ name }) => isMatch(family, name));
  const key = familyKey(image);
  const isFamily = (entry: Entry): boolean => familyKey({ ...entry, backend_id: image.backend_id }) === key;
  return found.length > 0 && found.every(isFamily) ? family : null;
}

/** Whether a name is of a pattern with `*` for any characters. */
function isMatch(pattern: string, name: string): boolean {
  const pieces = pattern.split("*").map((piece) => piece.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${pieces.join(".*")}$`, "s").test(name);
}
