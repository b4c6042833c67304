import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

const FOLDER = join(import.meta.dirname, "../../src/operations");
/** The file of alert rules. */
export const ALERTS = join(FOLDER, "prometheus-alerts.yaml");

export interface Panel {
  readonly id: number;
  readonly title: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets: readonly { readonly expr: string; readonly legendFormat: string }[];
}
export interface Dashboard {
  readonly panels: readonly Panel[];
  readonly templating: { readonly list: readonly { readonly name: string; readonly definition?: string }[] };
}
export interface AlertRules {
  readonly groups: readonly { readonly rules: readonly { readonly alert: string; readonly expr: string }[] }[];
}

export const dashboard: Dashboard = JSON.parse(readFileSync(join(FOLDER, "grafana-dashboard.json"), "utf8"));
export const alerts: AlertRules = parse(readFileSync(ALERTS, "utf8"));
/** What each panel asks Prometheus. */
export const targets = dashboard.panels.flatMap((panel) =>
  panel.targets.map((target) => ({ ...target, panel: panel.title })),
);
