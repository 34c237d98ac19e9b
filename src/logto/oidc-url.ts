import type { LogtoConfig } from "../config.ts";

/** @returns the URL of an OpenID Connect endpoint of the tenant, at the address where the service reaches it. */
export const oidcUrl = (
  { internalEndpoint }: LogtoConfig,
  path: "token" | "jwks" | ".well-known/openid-configuration",
) => `${internalEndpoint}/oidc/${path}`;
