import type { Catalogue } from "./catalogue/file/open-catalogue.ts";
import { listSources } from "./record/sources.ts";
import type { Node } from "./sync/follow/node.ts";

/** Why this server cannot answer, a sentence each; empty when it can. */
export function reasonsNotReady(catalogue: Catalogue, node: Node | undefined): string[] {
  return [...troubleOf(catalogue), ...troubleOfNode(node)];
}

/** Why the catalogue cannot be read; empty when it can. */
function troubleOf(catalogue: Catalogue): string[] {
  try {
    listSources(catalogue);
    return [];
  } catch (error) {
    return [`the catalogue cannot be read: ${error instanceof Error ? error.message : String(error)}`];
  }
}

/** Why a node should not be asked: it cannot know what is true. */
function troubleOfNode(node: Node | undefined): string[] {
  const status = node?.status();
  if (!status?.isTooOld) return [];
  const since = Number.isFinite(status.lagMs) ? `for ${Math.round(status.lagMs / 1000)} s` : "in this file's life";
  return [`the record (PostgreSQL) has not been reached ${since}`];
}
