import type { MachineImage } from "../image.ts";
export type Trust = "self" | "official" | "verified" | "community";
export function publisherOf(
  image: Pick<MachineImage, "ownerId" | "ownerAlias" | "owned">,
  _provider: string,
): { name: string | null; trust: Trust } {
  const known: Record<string, string> = { "099720109477": "Canonical", "137112412989": "Amazon Linux" };
  const name = known[image.ownerId ?? ""] ?? null;
  if (image.owned) return { name, trust: "self" };
  if (name || image.ownerAlias === "amazon") return { name: name ?? "Amazon", trust: "official" };
  return image.ownerAlias === "aws-marketplace"
    ? { name: "AWS Marketplace", trust: "verified" }
    : { name: null, trust: "community" };
}
