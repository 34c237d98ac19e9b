/** The style sheet and the script: text in the bundle, since a Worker has no files. */
import type { Hono } from "hono";
import type { Env } from "../http/env.ts";
import type { PageSettings } from "../page-settings.ts";
import { accentStyle } from "./design/accent.ts";
import { baseStyle } from "./design/base-style.ts";
import { partStyle } from "./design/part-style.ts";
import { pictureScript } from "./design/picture-script.ts";
import { script as mainScript } from "./design/script.ts";

const script = `${mainScript}${pictureScript}`;

/** For a year: the address changes with the content. */
const caching = { "Cache-Control": "public, max-age=31536000, immutable" };

export function createAssets({ accent }: PageSettings, href: (path: string) => string) {
  const style = `${compact(baseStyle)}${compact(accentStyle(accent))}${compact(partStyle)}`;
  return {
    addresses: {
      style: `${href("/account/style.css")}?v=${fingerprint(style)}`,
      script: `${href("/account/script.js")}?v=${fingerprint(script)}`,
    },
    serve(pages: Hono<Env>): void {
      pages.get("/account/style.css", (c) =>
        c.body(style, 200, { "Content-Type": "text/css; charset=utf-8", ...caching }),
      );
      pages.get("/account/script.js", (c) =>
        c.body(script, 200, { "Content-Type": "text/javascript; charset=utf-8", ...caching }),
      );
    },
  };
}

/** A style sheet without the white space that is there for people. */
const compact = (style: string) => style.replace(/\s+/g, " ").replace(/ ?([{};,]) ?/g, "$1");

/** 32 bits of FNV-1a: enough to tell one version from the next. */
function fingerprint(text: string): string {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return (hash >>> 0).toString(36);
}
