import type { KoaContextWithOIDC, Provider } from "oidc-provider";
import { originOf } from "../sign-in-context.ts";
import type { LogPayload } from "../store/audit-log.ts";
import type { TenantState } from "../store/state.ts";
import { tokenExchangeGrant } from "./client-metadata.ts";

const grantNames: Record<string, string> = {
  authorization_code: "AuthorizationCode",
  client_credentials: "ClientCredentials",
  refresh_token: "RefreshToken",
  [tokenExchangeGrant]: "TokenExchange",
};
const masked = "******";
const maskedParams = ["client_secret", "refresh_token", "subject_token", "actor_token"];

/** Writes token requests and the start of interactions to the audit log. @param now epoch milliseconds. */
export function logGrants(
  provider: Provider,
  { auditLog, applications }: TenantState,
  now: () => number,
): void {
  const logGrant = (ctx: KoaContextWithOIDC, outcome: LogPayload) => {
    const grant = grantNames[String(ctx.oidc.params?.grant_type)];
    if (grant === undefined) return;
    const { clientId } = ctx.oidc.client ?? {};
    const [secret] = applications.find(clientId ?? "")?.secrets ?? [];
    const entry = {
      ...outcome,
      ...originOf(ctx.req),
      ...knownIds(ctx),
      params: tokenParams(ctx, secret !== undefined),
      ...(secret ? { applicationSecret: { name: secret.name } } : {}),
    };
    auditLog.add(`ExchangeTokenBy.${grant}`, entry, now());
  };
  provider.on("grant.success", (ctx) => logGrant(ctx, { result: "Success", ...issued(ctx.body) }));
  provider.on("grant.error", (ctx, { error: code }) => {
    logGrant(ctx, { result: "Error", error: { code: `oidc.${code}` } });
  });
  provider.on("interaction.started", (ctx, prompt) => {
    const hidden = { one_time_token: masked, google_one_tap_credential: masked };
    const entry = {
      result: "Success" as const,
      ...originOf(ctx.req),
      ...knownIds(ctx),
      ...(ctx.oidc.session?.accountId === undefined ? {} : { sessionId: ctx.oidc.session.jti }),
      params: { ...definedParams(ctx), ...hidden },
      prompt: { name: prompt.name, details: prompt.details, reasons: prompt.reasons },
      interactionId: ctx.oidc.entities.Interaction?.uid,
    };
    auditLog.add("Interaction.Create", entry, now());
  });
}

function knownIds({ oidc }: KoaContextWithOIDC) {
  const userId = oidc.entities.Account?.accountId ?? oidc.session?.accountId;
  const applicationId = oidc.client?.clientId;
  return { ...(userId ? { userId } : {}), ...(applicationId ? { applicationId } : {}) };
}

function tokenParams(ctx: KoaContextWithOIDC, confidential: boolean): Record<string, unknown> {
  const { client_id: _clientId, ...params } = definedParams(ctx);
  const exchange = params.grant_type === tokenExchangeGrant;
  const secrets = {
    ...(confidential ? { client_secret: masked } : {}),
    ...(exchange ? { actor_token: masked } : {}),
  };
  const hidden = Object.keys(params).filter((name) => maskedParams.includes(name));
  return { ...params, ...Object.fromEntries(hidden.map((name) => [name, masked])), ...secrets };
}

function definedParams({ oidc: { params = {} } }: KoaContextWithOIDC): Record<string, unknown> {
  return Object.fromEntries(Object.entries(params).filter(([, value]) => value !== undefined));
}

function issued(body: unknown) {
  const tokens = typeof body === "object" && body !== null ? body : {};
  const types = { access_token: "AccessToken", refresh_token: "RefreshToken", id_token: "IdToken" };
  return {
    ...("scope" in tokens ? { scope: tokens.scope } : {}),
    tokenTypes: Object.entries(types).flatMap(([name, type]) => (name in tokens ? [type] : [])),
  };
}
