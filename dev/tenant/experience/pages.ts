import { randomBytes } from "node:crypto";
import type { Context } from "hono";
import type { Provider } from "oidc-provider";
import * as z from "zod/v3";
import { nodeBindings } from "../http/bindings.ts";
import { LogtoError } from "../http/logto-error.ts";
import type { Handler, RouteTable } from "../http/route-table.ts";
import type { TenantContext } from "../tenant-context.ts";
import { interactionOf } from "./oidc-interaction.ts";
import { sendSignIn } from "./sign-in-form.ts";
import { type SignInState, signInPage } from "./sign-in-page.ts";
import { speechFor } from "./sign-in-texts.ts";
import { arrivalPage, departurePage, providerPage } from "./social-pages.ts";

const missing = z.object({
  missingOIDCScope: z.string().array().default([]),
  missingResourceScopes: z.record(z.string().array()).default({}),
});

/** The pages that oidc-provider sends a browser to: the sign-in form, and consent, which is given at once. */
export function signInPages(routes: RouteTable, tenant: TenantContext): void {
  routes
    .open("GET", "/sign-in", (c) => showSignIn(c, { identifier: c.req.query("login_hint") ?? "" }))
    .open("POST", "/sign-in", async (c) => {
      const next = await sendSignIn(c, routes, speechOf(c).texts);
      return typeof next === "string" ? c.redirect(next, 303) : showSignIn(c, next);
    })
    .open("GET", "/direct/social/:target", scripted(departurePage))
    .open("GET", "/callback/:connectorId", scripted(arrivalPage))
    .open("GET", "/dev/mock-social", scripted(providerPage))
    .open("GET", "/consent", consent(tenant));
}

const speechOf = (c: Context) =>
  speechFor(c.req.query("ui_locales") ?? c.req.header("accept-language") ?? "");

async function showSignIn(c: Context, state: SignInState): Promise<Response> {
  const nonce = randomBytes(16).toString("base64");
  c.header(
    "Content-Security-Policy",
    `default-src 'none'; style-src 'nonce-${nonce}'; base-uri 'none'; frame-ancestors 'none'`,
  );
  return c.html(await signInPage(nonce, speechOf(c), state), state.fault ? 422 : 200);
}

/** A page with a script of its own. */
const scripted =
  (pageOf: (nonce: string) => string): Handler =>
  (c) => {
    const nonce = randomBytes(16).toString("base64");
    c.header(
      "Content-Security-Policy",
      `default-src 'none'; script-src 'nonce-${nonce}'; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'`,
    );
    return c.html(pageOf(nonce));
  };

/** Applications of the tenant need no consent, and those of others get it without a question: the grant is created at once. */
function consent(tenant: TenantContext): Handler {
  return async (c) => {
    const { prompt, params, session, grantId } = await interactionOf(c, tenant);
    const { provider } = tenant.oidc;
    if (session?.accountId === undefined) throw new LogtoError(400, "session.not_found");
    const known = grantId === undefined ? undefined : await provider.Grant.find(grantId);
    const grant = known ?? newGrant(provider, session.accountId, String(params.client_id));
    const { missingOIDCScope, missingResourceScopes } = missing.parse(prompt.details);
    grant.addOIDCScope(missingOIDCScope.join(" "));
    for (const [resource, scopes] of Object.entries(missingResourceScopes)) {
      grant.addResourceScope(resource, scopes.join(" "));
    }
    tenant.state.oidc.consented(session.accountId, session.uid);
    const { incoming, outgoing } = nodeBindings(c);
    const result = { consent: { grantId: await grant.save() } };
    const next = await provider.interactionResult(incoming, outgoing, result);
    c.header("Location", next);
    c.header("Content-Type", "text/html; charset=utf-8");
    return c.body(`Redirecting to ${next}.`, 302);
  };
}

function newGrant(provider: Provider, accountId: string, clientId: string) {
  return new provider.Grant({ accountId, clientId });
}
