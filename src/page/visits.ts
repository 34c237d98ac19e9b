/** What pages know of a request before they know whose it is. */
import type { Context } from "hono";
import type { Config } from "../config.ts";
import type { Env } from "../http/env.ts";
import { createAssets } from "./assets.ts";
import { languageOf } from "./language.ts";
import { createTranslators } from "./messages/messages.ts";
import type { Visit } from "./page.ts";

export type Visits = ReturnType<typeof createVisits>;

export function createVisits({ publicUrl, page: settings }: Pick<Config, "publicUrl" | "page">) {
  const prefix = new URL(publicUrl).pathname.replace(/\/$/, "");
  const href = (path: string) => `${prefix}${path}`;
  const translators = createTranslators();
  const assets = createAssets(settings, href);
  return {
    assets,
    href,
    /** @param path of the page, without the prefix: forms come back to it. */
    of(c: Context<Env>, path: string): Visit {
      const language = languageOf(c);
      const t = translators[language];
      return { t, language, settings, href, path, assets: assets.addresses, requestId: c.get("requestId") };
    },
  };
}
