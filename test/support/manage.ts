/** Acts on the tenant as an administrator: the Management API with the service's own credential. */
import * as z from "zod";
import type { Tenant } from "../../dev/tenant/tenant.ts";

const issued = z.object({ access_token: z.string() });

/** @returns the status of the answer. */
export async function manage(
  { description }: Tenant,
  method: string,
  path: string,
  body?: unknown,
): Promise<number> {
  const { endpoint, issuer, managementApi, m2m } = description;
  const token = await fetch(`${issuer}/token`, {
    method: "POST",
    headers: { authorization: `Basic ${btoa(`${m2m.appId}:${m2m.appSecret}`)}` },
    body: new URLSearchParams({ grant_type: "client_credentials", resource: managementApi, scope: "all" }),
  });
  const { access_token } = issued.parse(await token.json());
  const answer = await fetch(`${endpoint}${path}`, {
    method,
    headers: { authorization: `Bearer ${access_token}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  await answer.body?.cancel();
  return answer.status;
}
