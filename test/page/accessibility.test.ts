/** Every page in every state: axe-core finds nothing wrong, nothing is cut off, and it can be printed and recoloured. */
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

/** How far a page can be scrolled sideways. Elements that scroll by themselves, such as the sections, do not count. */
const sideways = (page: Page): Promise<number> =>
  page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth");

/** A printer has no dark paper, and nobody can press what is printed. */
async function faultsOnPaper(page: Page): Promise<string[]> {
  await page.emulateMedia({ media: "print" });
  const colours = await page.evaluate(
    "[getComputedStyle(document.body).backgroundColor, getComputedStyle(document.querySelector('.value:not(.none)')).color].join()",
  );
  const shown = await page
    .locator(".top, .sections, .foot, .action, .card-foot")
    .filter({ visible: true })
    .count();
  await page.emulateMedia({ media: null });
  return [
    ...(colours === "rgb(255, 255, 255),rgb(20, 24, 31)" ? [] : [`printed in ${colours}`]),
    ...(shown === 0 ? [] : [`${shown} parts to press are printed`]),
  ];
}

/** Of the colours of a page none is left: what they said has to be said by lines. */
async function faultsInForcedColours(page: Page): Promise<string[]> {
  await page.emulateMedia({ forcedColors: "active" });
  const borders = await page.evaluate(
    "['.sections [aria-current]', '.tag', '.face'].map((part) => getComputedStyle(document.querySelector(part)).borderTopStyle).join()",
  );
  const violations = await violationsOf(page);
  await page.emulateMedia({ forcedColors: null });
  return [...violations, ...(borders === "solid,solid,solid" ? [] : [`borders are ${borders}`])];
}

describe.each([
  { colorScheme: "light", locale: "en", width: 1280 },
  // 1,280 px at a zoom of 400 %.
  { colorScheme: "dark", locale: "ar", width: 320 },
] as const)("in $colorScheme, $locale, $width px", ({ width, ...options }) => {
  const account = useAccountPage();

  test("no page has a violation in any state", { timeout: 300_000 }, async () => {
    const page = await account.open({ ...options, viewport: { width, height: 800 } });
    const found: Record<string, string[]> = {};
    const looked: string[] = [];
    await walkStates(account, page, async (name) => {
      looked.push(name);
      const overflow = await sideways(page);
      const violations = [
        ...(await violationsOf(page)),
        ...(overflow > 0 ? [`${overflow} px are cut off`] : []),
        ...(name === "overview-full" ? await faultsOnPaper(page) : []),
        ...(name === "overview-full" ? await faultsInForcedColours(page) : []),
      ];
      if (violations.length > 0) found[name] = violations;
    });
    expect(found).toEqual({});
    console.info(`axe: ${looked.length} pages and states`);
  });
});
