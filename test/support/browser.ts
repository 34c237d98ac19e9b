/** A real Chromium, one for all tests of a file and for the screenshots. */
import sparticuz from "@sparticuz/chromium";
import { type Browser, chromium } from "playwright-core";

/** With these a second context, or the first crash of a page, would end the whole browser. */
const unfit = /^--(single-process|no-zygote|in-process-gpu|disable-web-security)/;

export async function launchBrowser(): Promise<Browser> {
  const args = sparticuz.args.filter((argument) => !unfit.test(argument));
  return chromium.launch({ executablePath: await sparticuz.executablePath(), args, headless: true });
}
