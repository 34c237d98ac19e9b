import { jwtVerify } from "jose";
import { errors, type TokenEndpointGrantContext } from "oidc-provider";
import type { TenantState } from "../store/state.ts";
import { account } from "./account.ts";
import { resourceServer } from "./resource-servers.ts";
import type { SigningKeys } from "./signing-keys.ts";

/** The parameters that the token exchange reads. */
export type ExchangeParams = {
  subject_token?: string;
  subject_token_type?: string;
  actor_token?: string;
  actor_token_type?: string;
};

/** What a token exchange needs. */
export type ExchangeOptions = { state: TenantState; keys: SigningKeys; issuer: string; now: () => number };

type ExchangeContext = TokenEndpointGrantContext<ExchangeParams>;

const accessTokenType = "urn:ietf:params:oauth:token-type:access_token";
const personalAccessTokenType = "urn:logto:token-type:personal_access_token";
const lifetime = 3600;

/**
 * Handles `grant_type=…:token-exchange`: exchanges a subject token, a personal access token, or any valid access
 * token of this issuer, for an access token of the user. A suspended user gets one too.
 * @throws {errors.InvalidRequest | errors.InvalidGrant | errors.InvalidTarget}
 */
export function tokenExchange(options: ExchangeOptions) {
  return async (ctx: ExchangeContext): Promise<void> => {
    const { subject_token: token, subject_token_type: type, resource } = ctx.oidc.params;
    if (!token || !type) throw new errors.InvalidRequest("missing required parameter(s)");
    const userId = await subject(ctx, options, token, type);
    const user = options.state.users.find(userId);
    if (user === undefined) throw new errors.InvalidGrant("unknown user");
    ctx.oidc.entity("Account", account(user));
    ctx.state.actor = await actorOf(ctx);
    const requested = new Set((ctx.oidc.params.scope ?? "").split(" ").filter(Boolean));
    const indicator = Array.isArray(resource) ? resource[0] : resource;
    const scope =
      indicator === undefined
        ? await openIdToken(ctx, userId, requested)
        : await apiToken(ctx, options.state, { userId, indicator, requested });
    options.state.subjectTokens.use(token);
    ctx.body = { ...scope, expires_in: lifetime, token_type: "Bearer" };
  };
}

async function subject(
  ctx: ExchangeContext,
  { state, keys, issuer, now }: ExchangeOptions,
  token: string,
  type: string,
): Promise<string> {
  if (type === personalAccessTokenType) {
    const owner = state.personalAccessTokens.find(token, now());
    if (owner === undefined) throw new errors.InvalidGrant("subject token not found");
    return owner;
  }
  if (type !== accessTokenType) throw new errors.InvalidGrant("unsupported subject token type");
  const impersonated = state.subjectTokens.find(token, now());
  if (impersonated !== undefined) return impersonated;
  const opaque = await ctx.oidc.provider.AccessToken.find(token);
  if (opaque) return opaque.accountId;
  try {
    const { payload } = await jwtVerify(token, keys.verifier(), { issuer });
    if (payload.sub !== undefined) return payload.sub;
  } catch {
    // It is not a valid token of this issuer, and so not a subject token.
  }
  throw new errors.InvalidGrant("subject token not found");
}

/** Who acts for the user: the owner of an opaque access token with the scope `openid`. */
async function actorOf({ oidc }: ExchangeContext): Promise<string | undefined> {
  const { actor_token: token, actor_token_type: type } = oidc.params;
  if (token === undefined) return undefined;
  if (type !== accessTokenType) throw new errors.InvalidGrant("unsupported actor token type");
  const actor = await oidc.provider.AccessToken.find(token);
  if (!actor?.scope?.split(" ").includes("openid")) throw new errors.InvalidGrant("invalid actor token");
  return actor.accountId;
}

type ApiTokenRequest = {
  userId: string;
  indicator: string;
  requested: Set<string>;
};

async function apiToken(ctx: ExchangeContext, state: TenantState, request: ApiTokenRequest) {
  const { userId, indicator, requested } = request;
  const { provider, client } = ctx.oidc;
  const server = resourceServer(state, indicator, { userId });
  const scope = server.scope
    .split(" ")
    .filter((name) => requested.has(name))
    .join(" ");
  const grant = new provider.Grant({ accountId: userId, clientId: client.clientId });
  grant.addResourceScope(indicator, scope);
  const grantId = await grant.save();
  const token = new provider.AccessToken({ accountId: userId, client, gty: "token_exchange", grantId });
  token.resourceServer = new provider.ResourceServer(indicator, server);
  token.scope = scope;
  return { access_token: await token.save(), scope };
}

async function openIdToken(ctx: ExchangeContext, userId: string, requested: Set<string>) {
  const { provider, client } = ctx.oidc;
  const scope = [...requested].join(" ");
  const grant = new provider.Grant({ accountId: userId, clientId: client.clientId });
  grant.addOIDCScope(scope);
  const grantId = await grant.save();
  const token = new provider.AccessToken({ accountId: userId, client, gty: "token_exchange", grantId });
  token.scope = scope;
  return { access_token: await token.save(), scope };
}
