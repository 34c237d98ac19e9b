/** axe-core finds nothing wrong with any page in any state. */
import axe from "axe-core";
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { useAccountPage } from "../support/account-page.ts";
import { walkStates } from "../support/account-states.ts";

type Result = {
  violations: { id: string; help: string; nodes: { html: string; failureSummary?: string }[] }[];
};

/** A page whose policy allows no script of ours: axe runs beside it, in the browser's own world. */
async function violationsOf(page: Page): Promise<string[]> {
  const result: Result = await page.evaluate(
    `${axe.source}; axe.run(document, { resultTypes: ["violations"] })`,
  );
  return result.violations.map(
    ({ id, help, nodes }) =>
      `${id}: ${help}\n${nodes.map(({ html, failureSummary }) => `${html}\n${failureSummary}`).join("\n")}`,
  );
}

describe.each([
  { colorScheme: "light", locale: "en", width: 1280 },
  { colorScheme: "dark", locale: "ar", width: 360 },
] as const)("in $colorScheme, $locale, $width px", ({ width, ...options }) => {
  const account = useAccountPage();

  test("no page has a violation in any state", { timeout: 300_000 }, async () => {
    const page = await account.open({ ...options, viewport: { width, height: 800 } });
    const found: Record<string, string[]> = {};
    const looked: string[] = [];
    await walkStates(account, page, async (name) => {
      looked.push(name);
      const violations = await violationsOf(page);
      if (violations.length > 0) found[name] = violations;
    });
    expect(found).toEqual({});
    console.info(`axe: ${looked.length} pages and states`);
  });
});
