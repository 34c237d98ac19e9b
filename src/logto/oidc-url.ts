import type { LogtoConfig } from "../config.ts";

type OidcPath =
  | ".well-known/openid-configuration"
  | "auth"
  | "jwks"
  | "me"
  | "session/end"
  | "token"
  | "token/revocation";

/** @returns the URL of an OpenID Connect endpoint of the tenant, at the address where the service reaches it. */
export const oidcUrl = ({ internalEndpoint }: LogtoConfig, path: OidcPath) =>
  `${internalEndpoint}/oidc/${path}`;
