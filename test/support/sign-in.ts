/** Real sessions at the tenant, for tests of what ends them. */

import * as z from "zod";
import { newApplication } from "../../dev/tenant/store/applications.ts";
import type { Tenant } from "../../dev/tenant/tenant.ts";
import type { Browser } from "../dev/tenant/browser.ts";
import { SignInFlow } from "../dev/tenant/sign-in-flow.ts";

const tokens = z.object({ access_token: z.string(), refresh_token: z.string() });

export type SignedIn = {
  accessToken: string;
  /** Uses the refresh token. @returns the status of the token endpoint. */
  refresh(): Promise<number>;
};

/** Signs a person in through the tenant's own sign-in, with a cookie jar and a session of their own. */
export async function signIn(
  tenant: Tenant,
  username: string,
  password = `${username}-password-1`,
  browser?: Browser,
): Promise<SignedIn> {
  const { web, issuer, apiResource } = tenant.description;
  const post = (form: Record<string, string>) =>
    fetch(`${issuer}/token`, {
      method: "POST",
      headers: { authorization: `Basic ${btoa(`${web.appId}:${web.appSecret}`)}` },
      body: new URLSearchParams({ resource: apiResource, ...form }),
    });
  const flow = new SignInFlow(tenant, browser);
  await flow.authorize();
  await pass(flow, username, password);
  const exchange = await post({
    grant_type: "authorization_code",
    code: await flow.finish(),
    redirect_uri: web.redirectUri,
    code_verifier: flow.verifier,
  });
  const { access_token, refresh_token } = tokens.parse(await exchange.json());
  return {
    accessToken: access_token,
    refresh: async () => (await post({ grant_type: "refresh_token", refresh_token })).status,
  };
}

async function pass(flow: SignInFlow, username: string, password: string): Promise<void> {
  await flow.start();
  await flow.verify({ type: "username", value: username, password });
  await flow.identify();
  await flow.submit();
}

/** Lets an application of somebody else in. @param name also makes its id. */
export async function letIn(tenant: Tenant, username: string, name: string): Promise<void> {
  const { redirectUri } = tenant.description.web;
  const id = name.toLowerCase().padEnd(21, "0");
  tenant.state.applications.insert(
    newApplication({
      id,
      name,
      type: "Traditional",
      createdAt: Date.now(),
      isThirdParty: true,
      oidcClientMetadata: { redirectUris: [redirectUri], postLogoutRedirectUris: [] },
    }),
  );
  const flow = new SignInFlow(tenant);
  await flow.authorize({ client_id: id, scope: "openid offline_access profile email profile:read" });
  await pass(flow, username, `${username}-password-1`);
  await flow.finish();
}
