import { Hono } from "hono";
import { accountCenterRoutes } from "./api/account-center.ts";
import { applicationRoutes } from "./api/applications.ts";
import { connectorRoutes } from "./api/connectors.ts";
import { emailTemplateRoutes } from "./api/email-templates.ts";
import { hookRoutes } from "./api/hooks.ts";
import { identityRoutes } from "./api/identities.ts";
import { logRoutes } from "./api/logs.ts";
import { logtoConfigRoutes } from "./api/logto-configs.ts";
import { mfaRoutes } from "./api/mfa.ts";
import { organizationRoutes } from "./api/organizations.ts";
import { passwordRoutes } from "./api/passwords.ts";
import { personalAccessTokenRoutes } from "./api/personal-access-tokens.ts";
import { resourceRoutes } from "./api/resources.ts";
import { roleRoutes } from "./api/roles.ts";
import { grantRoutes, sessionRoutes } from "./api/sessions.ts";
import { signInExperienceRoutes } from "./api/sign-in-experience.ts";
import { subjectTokenRoutes } from "./api/subject-tokens.ts";
import { userDataRoutes } from "./api/user-data.ts";
import { userRoleRoutes } from "./api/user-roles.ts";
import { userRoutes } from "./api/users.ts";
import { verificationCodeRoutes } from "./api/verification-codes.ts";
import { signInPages } from "./experience/pages.ts";
import { experienceRoutes } from "./experience/routes.ts";
import { failure, noContent } from "./http/answer.ts";
import { bearerGuard } from "./http/bearer.ts";
import { type ApiEnv, RouteTable } from "./http/route-table.ts";
import { messageRoutes } from "./messages.ts";
import type { TenantContext } from "./tenant-context.ts";

/** Everything the tenant serves outside `/oidc`. */
export function tenantApp(tenant: TenantContext): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>();
  const { oidc, issuer, managementApi, state } = tenant;
  const guard = bearerGuard({ keys: oidc.keys, issuer, managementApi, tokens: state.tokens });
  const routes = new RouteTable(app, guard);
  const parts = [
    userRoutes,
    userDataRoutes,
    passwordRoutes,
    verificationCodeRoutes,
    signInExperienceRoutes,
    accountCenterRoutes,
    connectorRoutes,
    emailTemplateRoutes,
    logRoutes,
    identityRoutes,
    mfaRoutes,
    logtoConfigRoutes,
    sessionRoutes,
    grantRoutes,
    userRoleRoutes,
    organizationRoutes,
    subjectTokenRoutes,
    personalAccessTokenRoutes,
    hookRoutes,
    applicationRoutes,
    roleRoutes,
    resourceRoutes,
    experienceRoutes,
    signInPages,
  ];
  for (const part of parts) part(routes, tenant);
  routes.open("GET", "/api/status", noContent);
  messageRoutes(routes, tenant);
  app.notFound((c) => routes.fallback(c));
  app.onError(failure);
  return app;
}
