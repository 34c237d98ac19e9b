/** The headers of pages: what they may load, where their forms may lead. */
import type { MiddlewareHandler } from "hono";
import type { Config } from "../config.ts";
import type { Env } from "../http/env.ts";

/**
 * A form leads to Logto by redirects at sign-out and at a new sign-in, and Chromium applies `form-action` to these too.
 * With `no-referrer` a form would come with `Origin: null`, and no form of ours could be told from another's.
 */
export function headersOfPages({ logto, page }: Pick<Config, "logto" | "page">): Record<string, string> {
  const originOf = (url: string | undefined) => (url === undefined ? "" : ` ${new URL(url).origin}`);
  const policy = [
    "default-src 'none'",
    `style-src 'self'${originOf(page.stylesheet)}`,
    "script-src 'self'",
    "connect-src 'self'",
    `img-src 'self'${originOf(page.logo)}`,
    `form-action 'self'${originOf(logto.endpoint)}`,
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
  return {
    "Content-Security-Policy": policy,
    "Referrer-Policy": "same-origin",
    Vary: "Origin, Cookie, Authorization, Accept-Language",
  };
}

/** Gives those headers to every page. */
export const pageHeaders = (config: Pick<Config, "logto" | "page">): MiddlewareHandler<Env> => {
  const headers = Object.entries(headersOfPages(config));
  return async (c, next) => {
    for (const [name, value] of headers) c.header(name, value);
    await next();
  };
};
