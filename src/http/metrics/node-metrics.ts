import type { Registry } from "prom-client";
import type { HttpContext } from "../answering/http-context.ts";
import { addCounter, addGauge } from "./collected-metric.ts";

/** How far a node is behind its record; a single server has none of these metrics. */
export function addNodeMetrics({ node }: Pick<HttpContext, "node">, registry: Registry): void {
  if (!node) return;
  const gauge = (name: string, help: string, read: () => number): void =>
    addGauge(registry, { name, help, read: () => [[{}, read()]] });
  gauge(
    "imagedex_node_lag_seconds",
    "Seconds since this node was last up to date with its record",
    () => node.status().lagMs / 1000,
  );
  gauge("imagedex_node_position", "Newest transaction of the record that this node has", () => node.status().position);
  gauge("imagedex_record_up", "1 if the last check of the record (PostgreSQL) succeeded", () =>
    Number(node.status().trouble === undefined),
  );
  gauge("imagedex_node_follow_seconds", "Duration of the last check of the record", () => node.status().tookMs / 1000);
  gauge("imagedex_node_sends_webhooks", "1 if this node has the lease to send to webhooks", () =>
    Number(node.status().isSendingWebhooks),
  );
  addCounter(registry, {
    name: "imagedex_node_comparisons_total",
    help: "Times that file and record were compared: a new file, a failover, an audit",
    read: () => [[{}, node.status().compared]],
  });
}
