/** Real sessions at the tenant, for tests of what ends them. */

import * as z from "zod";
import type { Tenant } from "../../dev/tenant/tenant.ts";
import { SignInFlow } from "../dev/tenant/sign-in-flow.ts";

const tokens = z.object({ access_token: z.string(), refresh_token: z.string() });

export type SignedIn = {
  accessToken: string;
  /** Uses the refresh token. @returns the status of the token endpoint. */
  refresh(): Promise<number>;
};

/** Signs a person in through the tenant's own sign-in, with a cookie jar and a session of their own. */
export async function signIn(tenant: Tenant, username: string, password: string): Promise<SignedIn> {
  const { web, issuer, apiResource } = tenant.description;
  const post = (form: Record<string, string>) =>
    fetch(`${issuer}/token`, {
      method: "POST",
      headers: { authorization: `Basic ${btoa(`${web.appId}:${web.appSecret}`)}` },
      body: new URLSearchParams({ resource: apiResource, ...form }),
    });
  const flow = new SignInFlow(tenant);
  await flow.authorize();
  await flow.start();
  await flow.verify({ type: "username", value: username, password });
  await flow.identify();
  await flow.submit();
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
