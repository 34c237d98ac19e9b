/** What `scripts/ops/` holds: the expressions of the dashboard and of the alert rules. */
import { readFileSync } from "node:fs";
import * as z from "zod";

const dashboard = z.object({
  panels: z.array(z.object({ title: z.string(), targets: z.array(z.object({ expr: z.string() })) })),
});

export const dashboardPath = "scripts/ops/grafana-dashboard.json";
export const rulesPath = "scripts/ops/alerts.yml";
export const ruleTestsPath = "scripts/ops/alerts.test.yml";

/** @returns each expression with the title of its panel. */
export const dashboardQueries = () =>
  dashboard
    .parse(JSON.parse(readFileSync(dashboardPath, "utf8")))
    .panels.flatMap(({ title, targets }) => targets.map(({ expr }) => ({ title, expr })));

/** @returns the names of the alerts. */
export const alertNames = () =>
  [...readFileSync(rulesPath, "utf8").matchAll(/- alert: (\w+)/g)].map(([, name = ""]) => name);
