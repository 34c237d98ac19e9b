/** `/examples/` beside `npm run dev`: two pages of one's own that use the client, one by cookie, one by access token. */
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { transform } from "esbuild";
import type { TenantDescription } from "./tenant/tenant.ts";

const types: Readonly<Record<string, string>> = {
  html: "text/html",
  css: "text/css",
  js: "text/javascript",
  ts: "text/javascript",
};
const folders = { "/examples/client/": "../src/client/", "/examples/": "./examples/" };

/** @returns the answer to a request for an example; undefined for any other request. */
export function examples({ endpoint, spa, apiResource }: TenantDescription) {
  const settings = JSON.stringify({ endpoint, appId: spa.appId, resource: apiResource });
  const headers = {
    "Content-Security-Policy": `default-src 'self'; connect-src 'self' ${endpoint}; frame-ancestors 'none'`,
    "Cache-Control": "no-store",
    // Forms and scripts of a page with `no-referrer` would be of no origin.
    "Referrer-Policy": "same-origin",
  };
  return async ({ url }: Request): Promise<Response | undefined> => {
    const { pathname } = new URL(url);
    const folder = Object.entries(folders).find(([path]) => pathname.startsWith(path));
    if (!folder) return undefined;
    const [path, place] = folder;
    const name = pathname.slice(path.length);
    if (name === "settings.json")
      return new Response(settings, { headers: { ...headers, "Content-Type": "application/json" } });
    const type = types[name.split(".").at(-1) ?? ""];
    if (!/^[a-z-]+\.\w+$/.test(name) || type === undefined) return undefined;
    const text = await readFile(fileURLToPath(new URL(`${place}${name}`, import.meta.url)), "utf8").catch(
      () => undefined,
    );
    if (text === undefined) return undefined;
    const body = name.endsWith(".ts") ? (await transform(text, { loader: "ts" })).code : text;
    return new Response(body, { headers: { ...headers, "Content-Type": `${type}; charset=utf-8` } });
  };
}
