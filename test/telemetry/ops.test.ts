/** The dashboard and the alert rules speak of metrics and labels that there are, and the operator's guide of every alert. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { families } from "../../src/telemetry/families.ts";
import { alertNames, dashboardPath, dashboardQueries, rulesPath, ruleTestsPath } from "../support/ops.ts";

const known = new Map(Object.values(families).map((family) => [family.name, family]));
const files = [dashboardPath, rulesPath, ruleTestsPath];

/** A metric and the labels by which it is chosen. */
const mentions = (path: string) =>
  [
    ...readFileSync(path, "utf8").matchAll(
      /\b((?:profile_bff|process|nodejs)_\w+?)(_bucket|_sum|_count)?\b(?:\{([^}]*)\})?/g,
    ),
  ].map(([, name = "", part, selector = ""]) => ({
    name,
    part,
    labels: [...selector.matchAll(/(\w+)(?==|!=)/g)].map(([label]) => label),
  }));

test.each(files)(
  "every metric that %s names is one of those that a scrape shows, with its labels",
  (path) => {
    const named = mentions(path);
    expect(named.length).toBeGreaterThan(15);
    for (const { name, part, labels } of named) {
      const family = known.get(name);
      expect(family, name).toBeDefined();
      expect(part !== undefined, name).toBe(family?.type === "histogram");
      const allowed = ["job", "instance", ...(part === "_bucket" ? ["le"] : []), ...(family?.labels ?? [])];
      expect(labels.filter((label) => !allowed.includes(label))).toEqual([]);
    }
  },
);

test("the dashboard shows every metric", () => {
  const shown = dashboardQueries()
    .map(({ expr }) => expr)
    .join("\n");
  expect([...known.keys()].filter((name) => !shown.includes(name))).toEqual([]);
});

test("every alert has a cause and a cure in the operator's guide, and a test in which it fires", () => {
  const guide = readFileSync("docs/operating.md", "utf8");
  const tests = readFileSync(ruleTestsPath, "utf8");
  const names = alertNames();
  expect(names.length).toBeGreaterThan(15);
  for (const name of names) {
    expect(guide).toMatch(new RegExp(`^\\| \`${name}\` \\| [^|]{10,} \\| [^|]{10,} \\|$`, "m"));
    expect(tests).toContain(`{alertname="${name}"}`);
  }
  const told = [...guide.matchAll(/^\| `(ProfileBff\w+)` \|/gm)].map(([, name]) => name);
  expect(told).toEqual(names);
});
