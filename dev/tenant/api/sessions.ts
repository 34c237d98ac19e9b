import type { AdapterPayload } from "oidc-provider";
import * as z from "zod/v3";
import { answer, noContent } from "../http/answer.ts";
import { LogtoError } from "../http/logto-error.ts";
import { param, type RouteTable } from "../http/route-table.ts";
import type { TenantContext } from "../tenant-context.ts";

const revokeQuery = z.object({ revokeGrantsTarget: z.enum(["all", "firstParty"]).optional() });
const grantsQuery = z.object({ appType: z.enum(["firstParty", "thirdParty"]).optional() });

/** `/api/users/:id/sessions`: the browser sessions of a user. An unknown user has an empty list. */
export function sessionRoutes(routes: RouteTable, { state: { oidc, applications } }: TenantContext): void {
  const path = "/api/users/:userId/sessions";
  const show = (payload: AdapterPayload) => {
    const submission = oidc.submissionOf(payload);
    const { clientId, ...lastSubmission } = submission ?? { clientId: null };
    return {
      payload,
      lastSubmission: submission === undefined ? null : lastSubmission,
      clientId,
      accountId: payload.accountId,
      expiresAt: (payload.exp ?? 0) * 1000,
    };
  };
  const find = (uid: string) => oidc.list("Session").find((session) => session.uid === uid);
  routes
    .on("GET", path, (c) => {
      const own = oidc.list("Session").filter(({ accountId }) => accountId === param(c, "userId"));
      return answer(c, { sessions: own.map(show) });
    })
    .on("GET", `${path}/:sessionId`, (c) => {
      const session = find(param(c, "sessionId"));
      if (session?.accountId !== param(c, "userId")) throw new LogtoError(404, "oidc.session_not_found");
      return answer(c, show(session));
    })
    .on("DELETE", `${path}/:sessionId`, (c) => {
      const { revokeGrantsTarget } = revokeQuery.parse(c.req.query());
      const session = find(param(c, "sessionId"));
      if (session === undefined) throw new LogtoError(404, "oidc.session_not_found");
      if (session.accountId !== param(c, "userId"))
        throw new LogtoError(404, "oidc.invalid_session_account_id");
      oidc.removeWhere(["Session"], ({ uid }) => uid === session.uid);
      for (const [clientId, { grantId }] of Object.entries(session.authorizations ?? {})) {
        const goes = revokeGrantsTarget === "all" || !applications.find(clientId)?.isThirdParty;
        if (revokeGrantsTarget !== undefined && goes && grantId !== undefined) oidc.revokeGrant(grantId);
      }
      return noContent(c);
    });
}

/** `/api/users/:id/grants`: what a user has authorized applications to do. */
export function grantRoutes(routes: RouteTable, { state: { oidc, applications } }: TenantContext): void {
  const path = "/api/users/:userId/grants";
  routes
    .on("GET", path, (c) => {
      const { appType } = grantsQuery.parse(c.req.query());
      const own = oidc.list("Grant").filter(({ accountId }) => accountId === param(c, "userId"));
      const isAskedFor = (clientId = "") =>
        appType === undefined ||
        (applications.find(clientId)?.isThirdParty ?? false) === (appType === "thirdParty");
      const grants = own.filter(({ clientId }) => isAskedFor(clientId));
      return answer(c, {
        grants: grants.map((payload) => {
          const application = applications.find(payload.clientId ?? "");
          const expiresAt = (payload.exp ?? 0) * 1000;
          return {
            id: payload.jti,
            payload,
            expiresAt,
            application: { id: application?.id, name: application?.name },
          };
        }),
      });
    })
    .on("DELETE", `${path}/:grantId`, (c) => {
      const grant = oidc.find("Grant", param(c, "grantId"));
      if (grant?.accountId !== param(c, "userId")) throw new LogtoError(404, "oidc.invalid_grant");
      oidc.revokeGrant(param(c, "grantId"));
      oidc.detachGrant(param(c, "grantId"));
      return noContent(c);
    });
}
