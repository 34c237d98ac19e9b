/** `npm run screenshots`: pictures of every page of the account in every state, and contact sheets of them. */
import { mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { startAccountPage } from "../test/support/account-page.ts";
import { walkStates } from "../test/support/account-states.ts";
import { parseArguments, runCommand } from "./lib/run-command.ts";

const usage = `usage: npm run screenshots [-- --only <part of a name>]
  Walks through the account page beside the development tenant, in two widths, light and dark, in three languages.
  Writes out/screenshots/<width>-<scheme>-<language>/ and a contact sheet of each.`;

const folder = "out/screenshots";
const looks = [1280, 360].flatMap((width) =>
  (["light", "dark"] as const).flatMap((scheme) =>
    ["en", "de", "ar"].map((locale) => ({ width, scheme, locale, name: `${width}-${scheme}-${locale}` })),
  ),
);
type Look = (typeof looks)[number];

const settings = {
  PAGE_NAME: "Northwind",
  PAGE_LINKS: "Privacy=https://example.com/privacy,Help=https://example.com/help",
};

async function picture({ width, scheme, locale, name }: Look): Promise<void> {
  await using opened = new AsyncDisposableStack();
  const account = opened.adopt(await startAccountPage(settings), (page) => page.close());
  const place = join(folder, name);
  await rm(place, { recursive: true, force: true });
  await mkdir(place, { recursive: true });
  const page = await account.open({ locale, colorScheme: scheme, viewport: { width, height: 800 } });
  const files: string[] = [];
  await walkStates(account, page, async (state) => {
    const path = join(place, `${String(files.length + 1).padStart(2, "0")}-${state}.png`);
    await page.screenshot({ path, fullPage: true, animations: "disabled" });
    files.push(path);
  });
  await sheet(account.chromium, join(folder, `sheet-${name}.png`), files, width);
  process.stdout.write(`${files.length} pictures in ${place}, together in ${folder}/sheet-${name}.png\n`);
}

/** Lays the pictures out in columns, each a third of its size on a desktop. */
async function sheet(
  chromium: Browser,
  path: string,
  files: readonly string[],
  width: number,
): Promise<void> {
  const [columns, shown] = width > 600 ? [6, 400] : [10, 240];
  const page = await chromium.newPage({ viewport: { width: columns * (shown + 16) + 16, height: 600 } });
  const figures = await Promise.all(
    files.map(async (file) => {
      const data = (await readFile(file)).toString("base64");
      return `<figure><figcaption>${file.split("/").at(-1)}</figcaption><img width="${shown}" src="data:image/png;base64,${data}"></figure>`;
    }),
  );
  await page.setContent(
    `<style>body{margin:8px;background:#777;font:12px sans-serif;color:#fff}main{columns:${columns};column-gap:16px}figure{margin:0 0 16px;break-inside:avoid}img{display:block}</style><main>${figures.join("")}</main>`,
  );
  await page.screenshot({ path, fullPage: true });
  await page.close();
}

await runCommand(usage, async () => {
  const { only = "" } = parseArguments({ options: { only: { type: "string" } } }).values;
  for (const look of looks.filter(({ name }) => name.includes(only))) await picture(look);
});
