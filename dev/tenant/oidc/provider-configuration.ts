import { type Configuration, errors, type KoaContextWithOIDC } from "oidc-provider";
import type { TenantSettings } from "../settings.ts";
import type { TenantState } from "../store/state.ts";
import { account, claimsByScope } from "./account.ts";
import { allowsLoopback } from "./client-methods.ts";
import { extraParams, interactionUrl } from "./interaction-url.ts";
import { logoutPage } from "./logout-page.ts";
import { callerOf, resourceServer } from "./resource-servers.ts";
import type { SigningKeys } from "./signing-keys.ts";
import { StoreAdapter } from "./store-adapter.ts";

/** What the OpenID provider needs. */
export type OidcOptions = {
  issuer: string;
  state: TenantState;
  settings: TenantSettings;
  keys: SigningKeys;
  cookieKey: string;
  now: () => number;
};

const day = 86_400;
const hour = 3_600;

const routes = {
  authorization: "/auth",
  end_session: "/session/end",
  introspection: "/token/introspection",
  jwks: "/jwks",
  pushed_authorization_request: "/request",
  revocation: "/token/revocation",
  token: "/token",
  userinfo: "/me",
};

/** Lifetimes in seconds. */
const ttl = {
  AccessToken: hour,
  AuthorizationCode: 60,
  ClientCredentials: hour,
  Grant: 180 * day,
  IdToken: hour,
  Interaction: hour,
  RefreshToken: 14 * day,
  Session: 14 * day,
};

const cookies = {
  names: { session: "_session", interaction: "_interaction", resume: "_interaction_resume" },
  long: { signed: true, path: "/", httpOnly: true, sameSite: "lax" },
  short: { signed: true, path: "/", httpOnly: true, sameSite: "lax" },
} satisfies Configuration["cookies"];

/** The configuration of oidc-provider that makes it answer like Logto. */
export function providerConfiguration(options: OidcOptions): Configuration {
  const { state, settings, keys, cookieKey } = options;
  return {
    adapter: (model: string) => new StoreAdapter(model, state),
    jwks: { keys: keys.privateJwks() },
    findAccount: (_ctx, id) => {
      const user = state.users.find(id);
      return user && account(user);
    },
    claims: { ...claimsByScope, sid: null, auth_time: null, iss: null },
    conformIdTokenClaims: false,
    scopes: ["openid", "offline_access", ...Object.keys(claimsByScope), "urn:logto:scope:sessions"],
    clientDefaults: { id_token_signed_response_alg: "ES384" },
    clientBasedCORS: (_ctx, origin, client) =>
      allowsLoopback(state.applications, client, origin) ||
      (client.redirectUris ?? []).some((uri) => new URL(uri).origin === origin),
    cookies: { keys: [cookieKey], ...cookies },
    enabledJWA: { idTokenSigningAlgValues: ["ES384"] },
    extraParams,
    extraTokenClaims: ({ state: { actor } }) =>
      typeof actor === "string" ? { act: { sub: actor } } : undefined,
    features: features(options),
    fetch: loopbackFetch,
    formats: { customizers: { jwt: (_ctx, token, { payload }) => finishToken(state, token, payload) } },
    interactions: { url: (ctx, { prompt }) => interactionUrl(ctx, prompt.name) },
    issueRefreshToken: (_ctx, client, code) =>
      client.grantTypeAllowed("refresh_token") &&
      (code.scopes.has("offline_access") || alwaysIssuesRefreshTokens(state, client.clientId)),
    pkce: { required: (_ctx, client) => client.clientAuthMethod === "none" },
    renderError: (ctx, out) => {
      ctx.body = out;
    },
    rotateRefreshToken: (ctx) => settings.refreshTokenRotation === "always" || rotationDue(ctx, state),
    routes,
    ttl,
  };
}

function features({ state }: OidcOptions): NonNullable<Configuration["features"]> {
  return {
    backchannelLogout: { enabled: true },
    clientCredentials: { enabled: true },
    deviceFlow: { enabled: true },
    devInteractions: { enabled: false },
    dPoP: { enabled: false },
    introspection: {
      enabled: true,
      allowedPolicy: (_ctx, client, token) =>
        client.clientAuthMethod !== "none" || token.clientId === client.clientId,
    },
    resourceIndicators: {
      enabled: true,
      defaultResource: (ctx, _client, oneOf) => {
        if (oneOf) return oneOf;
        if (ctx.oidc.params?.grant_type !== "client_credentials") return [];
        throw new errors.InvalidTarget("resource indicator is missing, or unknown");
      },
      getResourceServerInfo: (ctx, indicator, client) =>
        resourceServer(state, indicator, callerOf(ctx, client.clientId)),
      useGrantedResource: () => false,
    },
    revocation: {
      enabled: true,
      allowedPolicy: (_ctx, client, token) => {
        if (token.clientId === client.clientId) return true;
        throw new errors.InvalidRequest("client is not authorized to revoke the presented token");
      },
    },
    rpInitiatedLogout: { enabled: true, logoutSource: logoutPage },
  };
}

/** oidc-provider's own fetch refuses loopback addresses. On a developer's machine every receiver has one. */
function loopbackFetch(input: string | URL | Request, init: RequestInit = {}): Promise<Response> {
  const { method, headers, body, redirect, signal } = init;
  return fetch(input, Object.fromEntries(Object.entries({ method, headers, body, redirect, signal })));
}

/** Without permissions, a user's token has an empty `scope` and a machine's token has none. */
function finishToken(state: TenantState, token: { kind: string; jti: string }, payload: { scope?: unknown }) {
  state.tokens.issued(token.jti);
  if (token.kind === "AccessToken") payload.scope ??= "";
}

function alwaysIssuesRefreshTokens({ applications }: TenantState, clientId: string): boolean {
  return applications.find(clientId)?.customClientMetadata.alwaysIssueRefreshToken === true;
}

/** Public clients get a new refresh token at every use, confidential ones after 70 % of its lifetime. */
function rotationDue({ oidc }: KoaContextWithOIDC, { applications }: TenantState): boolean {
  const { RefreshToken: token, Client: client } = oidc.entities;
  if (token === undefined || client === undefined) return false;
  if (applications.find(client.clientId)?.customClientMetadata.rotateRefreshToken === false) return false;
  return client.clientAuthMethod === "none" || token.ttlPercentagePassed() >= 70;
}
