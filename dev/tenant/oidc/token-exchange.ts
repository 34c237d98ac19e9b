import { jwtVerify } from "jose";
import { errors, type TokenEndpointGrantContext } from "oidc-provider";
import type { TenantState } from "../store/state.ts";
import { account } from "./account.ts";
import { resourceServer } from "./resource-servers.ts";
import type { SigningKeys } from "./signing-keys.ts";

/** The parameters that the token exchange reads. */
export type ExchangeParams = { subject_token?: string; subject_token_type?: string };

/** What a token exchange needs. */
export type ExchangeOptions = { state: TenantState; keys: SigningKeys; issuer: string; now: () => number };

/** The only type of subject token that is accepted. */
const accessTokenType = "urn:ietf:params:oauth:token-type:access_token";
const lifetime = 3600;

/**
 * Handles `grant_type=…:token-exchange`: exchanges a subject token, or any valid access token of this issuer, for
 * an access token of the user. A suspended user gets one too.
 * @throws {errors.InvalidRequest | errors.InvalidGrant | errors.InvalidTarget}
 */
export function tokenExchange(options: ExchangeOptions) {
  return async (ctx: TokenEndpointGrantContext<ExchangeParams>): Promise<void> => {
    const { subject_token: token, subject_token_type: type, resource } = ctx.oidc.params;
    if (!token || !type) throw new errors.InvalidRequest("missing required parameter(s)");
    if (type !== accessTokenType) throw new errors.InvalidGrant("unsupported subject token type");
    const userId = await subject(ctx, options, token);
    const user = options.state.users.find(userId);
    if (user === undefined) throw new errors.InvalidGrant("unknown user");
    ctx.oidc.entity("Account", account(user));
    const requested = new Set((ctx.oidc.params.scope ?? "").split(" ").filter(Boolean));
    const indicator = Array.isArray(resource) ? resource[0] : resource;
    const scope =
      indicator === undefined
        ? await openIdToken(ctx, userId, requested)
        : await apiToken(ctx, options.state, userId, indicator, requested);
    options.state.subjectTokens.use(token);
    ctx.body = { ...scope, expires_in: lifetime, token_type: "Bearer" };
  };
}

async function subject(
  ctx: TokenEndpointGrantContext<ExchangeParams>,
  { state, keys, issuer, now }: ExchangeOptions,
  token: string,
): Promise<string> {
  const byMachine = state.subjectTokens.find(token, now());
  if (byMachine !== undefined) return byMachine;
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

async function apiToken(
  ctx: TokenEndpointGrantContext<ExchangeParams>,
  state: TenantState,
  userId: string,
  indicator: string,
  requested: Set<string>,
) {
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
  return { access_token: await token.save(), scope: token.scope };
}

async function openIdToken(
  ctx: TokenEndpointGrantContext<ExchangeParams>,
  userId: string,
  requested: Set<string>,
) {
  const { provider, client } = ctx.oidc;
  const scope = [...requested].join(" ");
  const grant = new provider.Grant({ accountId: userId, clientId: client.clientId });
  grant.addOIDCScope(scope);
  const grantId = await grant.save();
  const token = new provider.AccessToken({ accountId: userId, client, gty: "token_exchange", grantId });
  token.scope = scope;
  return { access_token: await token.save(), scope };
}
