import { randomUUID } from "node:crypto";
import * as z from "zod/v3";
import { answer } from "../http/answer.ts";
import { readBody } from "../http/body.ts";
import { LogtoError } from "../http/logto-error.ts";
import { type Handler, param, type RouteTable } from "../http/route-table.ts";
import type { TenantContext } from "../tenant-context.ts";
import { showUser } from "./user-schema.ts";

/** What a provider sends back to the redirect URI; the mock provider takes the identity from it. */
const callback = z.object({
  code: z.string(),
  redirectUri: z.string(),
  userId: z.string().optional(),
  email: z.string().optional(),
  name: z.string().optional(),
  avatar: z.string().optional(),
});

/** `/api/users/:id/identities`: the social identities of a user. Changes send no webhook. */
export function identityRoutes(routes: RouteTable, tenant: TenantContext): void {
  const { users } = tenant.state;
  const path = "/api/users/:userId/identities";
  routes
    .on("GET", "/api/users/:userId/all-identities", (c) => {
      const { identities } = users.get(param(c, "userId"));
      const socialIdentities = Object.entries(identities).map(([target, identity]) => ({ identity, target }));
      return answer(c, { socialIdentities, ssoIdentities: [] });
    })
    .on("POST", path, linkBySocialSignIn(tenant))
    .on("PUT", `${path}/:target`, putIdentity(tenant))
    .on("GET", `${path}/:target`, (c) => {
      const identity = users.get(param(c, "userId")).identities[param(c, "target")];
      if (identity === undefined) throw new LogtoError(404, "user.identity_not_exist");
      return answer(c, { identity });
    })
    .on("DELETE", `${path}/:target`, (c) => {
      const user = users.get(param(c, "userId"));
      const target = param(c, "target");
      if (user.identities[target] === undefined) throw new LogtoError(404, "user.identity_not_exist");
      const { [target]: _removed, ...rest } = user.identities;
      Object.assign(user, { identities: rest, updatedAt: tenant.now() });
      return answer(c, showUser(user));
    });
}

function putIdentity(tenant: TenantContext): Handler {
  const { users } = tenant.state;
  return async (c) => {
    const body = z.object({ userId: z.string(), details: z.record(z.unknown()).optional() });
    const { userId, details } = await readBody(c, body);
    const user = users.get(param(c, "userId"));
    const target = param(c, "target");
    assertFree(tenant, target, userId, user.id);
    const status = user.identities[target] === undefined ? 201 : 200;
    user.identities = { ...user.identities, [target]: { userId, ...(details ? { details } : {}) } };
    return answer(c, user.identities, status);
  };
}

function linkBySocialSignIn(tenant: TenantContext): Handler {
  return async (c) => {
    const body = z.object({ connectorId: z.string(), connectorData: z.record(z.unknown()) });
    const { connectorId, connectorData } = await readBody(c, body);
    const { type, target } = tenant.state.connectors.get(connectorId).factory;
    if (type !== "Social") throw new LogtoError(422, "session.invalid_connector_id");
    const user = tenant.state.users.get(param(c, "userId"));
    const identity = mockIdentity(connectorData);
    assertFree(tenant, target, identity.userId, user.id);
    user.identities = { ...user.identities, [target]: identity };
    return answer(c, user.identities);
  };
}

/**
 * The identity that Logto's mock provider answers: the caller names it, or gets a random one.
 * @throws {LogtoError} 400 `connector.invalid_response` for the answer of a provider that refused.
 */
export function mockIdentity(connectorData: Record<string, unknown>) {
  const { data, success } = callback.safeParse(connectorData);
  if (!success) throw new LogtoError(400, "connector.invalid_response", {});
  const { userId: id = `mock-social-sub-${randomUUID()}`, email, name, avatar } = data;
  const known = Object.entries({ id, email, name, avatar }).filter(([, value]) => value !== undefined);
  return { userId: id, details: { ...Object.fromEntries(known), rawData: connectorData } };
}

function assertFree({ state }: TenantContext, target: string, identityId: string, exceptId: string): void {
  const owner = state.users.list().find((user) => user.identities[target]?.userId === identityId);
  if (owner && owner.id !== exceptId) throw new LogtoError(422, "user.identity_already_in_use");
}
