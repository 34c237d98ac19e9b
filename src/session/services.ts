/** What this room works with: the services, and the parts that exist only where cookie sessions are configured. */
import type { SessionConfig } from "../config.ts";
import type { WebApplication } from "../logto/web-application.ts";
import type { Services } from "../services.ts";
import { type CookieKeys, createCookieKeys } from "./keys.ts";

export type SessionServices = Pick<Services, "config" | "platform" | "db" | "vault" | "logto"> & {
  session: SessionConfig;
  web: WebApplication;
  keys: CookieKeys;
};

/** @returns undefined where `LOGTO_APP_ID`, `LOGTO_APP_SECRET` and `COOKIE_KEYS` are not set. */
export function sessionServices(services: Services): SessionServices | undefined {
  const { config, platform, db, vault, logto } = services;
  if (!config.session || !logto.web) return undefined;
  const keys = createCookieKeys(config.session.cookieKeys);
  return { config, platform, db, vault, logto, session: config.session, web: logto.web, keys };
}
