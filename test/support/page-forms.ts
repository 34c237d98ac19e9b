/** Forms of the account page as a browser without a script sends them. */
import { publicUrl, type ServiceBrowser } from "./browser-session.ts";

/** What the inputs of the page's form hold. */
export function inputsOf(html: string, action: string): Record<string, string> {
  const [, form = ""] = new RegExp(`<form[^>]*action="${action}"[^>]*>(.*?)</form>`, "s").exec(html) ?? [];
  const inputs = [...form.matchAll(/<input[^>]*?name="([^"]+)"[^>]*?value="([^"]*)"/g)];
  return Object.fromEntries(
    inputs.map(([, name = "", value = ""]) => [name, value.replaceAll("&quot;", '"')]),
  );
}

/** Opens a page, changes inputs of its form, and sends it. */
export async function submit(browser: ServiceBrowser, path: string, changes: Record<string, string>) {
  const { text } = await browser.open(path);
  return browser.post(path, { ...inputsOf(text, path), ...changes });
}

/** Goes where an answer leads. */
export const follow = (browser: ServiceBrowser, location: string | null) =>
  browser.open(new URL(location ?? "", publicUrl).href);
