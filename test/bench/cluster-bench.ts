import { openBenchCluster } from "./cluster/bench-cluster.ts";
import { killUnderLoad, loseCommits } from "./cluster/failures.ts";
import { followImages, followStars } from "./cluster/following.ts";
import { fillNode, listFirst, listUnchanged } from "./cluster/listings.ts";
import { compareSearches } from "./cluster/search-cost.ts";
import type { Bar } from "./measure.ts";

/** Three nodes that share a record, beside one process with a file of its own. All of them, and PostgreSQL, on this machine. */
export async function benchCluster(count: number): Promise<Bar[]> {
  await using cluster = await openBenchCluster(count);
  const single = await cluster.spawn(undefined);
  const first = await cluster.spawn(cluster.record);
  await listFirst(cluster, single, first);
  const { node: second, third, bars: filled } = await fillNode(cluster);
  const nodes = [first, second, third];
  const searched = await compareSearches(cluster, single, second);
  const images = await followImages(cluster, single, nodes);
  const stars = await followStars(nodes);
  const killed = await killUnderLoad(cluster, nodes);
  const unchanged = await listUnchanged(cluster, single, second);
  const lost = await loseCommits(cluster, nodes);
  return [...searched, ...images, ...stars, ...killed, ...lost, ...filled, ...unchanged];
}
