/** A real Chromium, one for all tests of a file and for the screenshots. */
import sparticuz from "@sparticuz/chromium";
import { type Browser, chromium } from "playwright-core";

/** With these a second context, or the first crash of a page, would end the whole browser. */
const fragile = /^--(single-process|no-zygote|in-process-gpu|disable-web-security)/;
/** A graphics card that is computed takes three quarters of a browser's processor time. Pages are painted without one. */
const graphics = /^--(use-gl|use-angle|enable-unsafe-swiftshader|ignore-gpu-blocklist)/;
const withoutGraphics = ["--disable-gpu", "--disable-software-rasterizer"];

export async function launchBrowser(): Promise<Browser> {
  const kept = sparticuz.args.filter((argument) => !fragile.test(argument) && !graphics.test(argument));
  const args = [...kept, ...withoutGraphics];
  return chromium.launch({ executablePath: await sparticuz.executablePath(), args, headless: true });
}
