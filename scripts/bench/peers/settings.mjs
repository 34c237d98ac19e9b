/** What the bench tells every peer, read once from the environment. */
import process from "node:process";

const { env } = process;

export const settings = {
  port: Number(env.PORT),
  issuer: env.ISSUER,
  audience: env.API_RESOURCE,
  tenant: env.TENANT_URL,
  m2m: { id: env.M2M_APP_ID, secret: env.M2M_APP_SECRET, resource: env.MANAGEMENT_API },
  cacheMs: Number(env.PROFILE_CACHE_SECONDS) * 1000,
  databasePath: env.DATABASE_PATH,
  vaultKey: Buffer.from(env.VAULT_KEY, "base64"),
};

/** The headers of every answer, those that the service sends as well. */
export const standardHeaders = {
  "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
  "X-Content-Type-Options": "nosniff",
  "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
  "Referrer-Policy": "no-referrer",
  "Cross-Origin-Resource-Policy": "same-origin",
  Vary: "Origin, Cookie, Authorization",
  "Cache-Control": "no-store",
};
