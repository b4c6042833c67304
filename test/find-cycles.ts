/** Tarjan's algorithm: each set of nodes that reach one another, or that reach themselves; none in a graph without cycles. */
export function findCycles(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const order = new Map<string, number>();
  const lowest = new Map<string, number>();
  const path: string[] = [];
  const cycles: string[][] = [];
  const visit = (node: string): number => {
    const at = order.size;
    order.set(node, at);
    lowest.set(node, at);
    path.push(node);
    for (const next of graph.get(node) ?? []) {
      const reached = !order.has(next) ? visit(next) : path.includes(next) ? (order.get(next) ?? at) : at;
      lowest.set(node, Math.min(lowest.get(node) ?? at, reached));
    }
    const low = lowest.get(node) ?? at;
    if (low === at) {
      const circle = path.splice(path.indexOf(node));
      if (circle.length > 1 || graph.get(node)?.includes(node)) cycles.push(circle.toSorted());
    }
    return low;
  };
  for (const node of graph.keys()) if (!order.has(node)) visit(node);
  return cycles;
}
