import * as z from "zod/v3";
import { answer, noContent } from "../http/answer.ts";
import { readBody } from "../http/body.ts";
import { LogtoError, notFound } from "../http/logto-error.ts";
import { page } from "../http/pagination.ts";
import { type Handler, param, type RouteTable } from "../http/route-table.ts";
import { randomId } from "../ids.ts";
import {
  type Application,
  type ApplicationSecret,
  applicationTypes,
  newApplication,
  newSecret,
} from "../store/applications.ts";
import type { TenantContext } from "../tenant-context.ts";
import { showRole } from "./role-views.ts";

const applicationBody = z.object({
  name: z.string().min(1).max(256),
  description: z.string().nullable().optional(),
  type: z.enum(applicationTypes),
  oidcClientMetadata: z
    .object({
      redirectUris: z.string().array(),
      postLogoutRedirectUris: z.string().array(),
      backchannelLogoutUri: z.string().url().optional(),
      backchannelLogoutSessionRequired: z.boolean().optional(),
    })
    .optional(),
  customClientMetadata: z.record(z.unknown()).optional(),
  customData: z.record(z.unknown()).optional(),
  isThirdParty: z.boolean().optional(),
});
const secretBody = z.object({
  name: z.string().min(1).max(256),
  expiresAt: z.number().nullable().optional(),
});

/** `/api/applications`, their secrets and their roles. */
export function applicationRoutes(routes: RouteTable, tenant: TenantContext): void {
  const { applications } = tenant.state;
  routes
    .on("GET", "/api/applications", (c) => {
      const wanted = (c.req.query("search") ?? "").replaceAll("%", "").toLowerCase();
      const types = c.req.queries("types") ?? [];
      const found = applications.list().filter(({ id, name, type }) => {
        const named = name.toLowerCase().includes(wanted) || id === wanted;
        return named && (types.length === 0 || types.includes(type));
      });
      return page(c, found, show);
    })
    .on("POST", "/api/applications", createApplication(tenant))
    .on("GET", "/api/applications/:id", (c) => answer(c, show(applications.get(param(c, "id")))))
    .on("PATCH", "/api/applications/:id", patchApplication(tenant))
    .on("DELETE", "/api/applications/:id", (c) => {
      applications.remove(applications.get(param(c, "id")).id);
      return noContent(c);
    });
  secretRoutes(routes, tenant);
  applicationRoleRoutes(routes, tenant);
}

function createApplication({ state, now }: TenantContext): Handler {
  return async (c) => {
    const {
      description = null,
      customData = {},
      customClientMetadata = {},
      isThirdParty = false,
      ...body
    } = await readBody(c, applicationBody);
    const { oidcClientMetadata = { redirectUris: [], postLogoutRedirectUris: [] }, name, type } = body;
    const seed = {
      id: randomId(21),
      name,
      type,
      createdAt: now(),
      description,
      customData,
      customClientMetadata,
      isThirdParty,
    };
    const application = newApplication({ ...seed, oidcClientMetadata });
    state.applications.insert(application);
    return answer(c, show(application));
  };
}

/** Replaces the members that are named, each as a whole. */
function patchApplication({ state: { applications } }: TenantContext): Handler {
  return async (c) => {
    const { type: _type, isThirdParty: _fixed, ...patch } = await readBody(c, applicationBody.partial());
    return answer(c, show(Object.assign(applications.get(param(c, "id")), patch)));
  };
}

function secretRoutes(routes: RouteTable, { state: { applications }, now }: TenantContext): void {
  const path = "/api/applications/:id/secrets";
  const showSecret = (applicationId: string) => (secret: ApplicationSecret) => {
    return { tenantId: "default", applicationId, ...secret };
  };
  routes
    .on("GET", path, (c) => {
      const { id, secrets } = applications.get(param(c, "id"));
      return answer(c, secrets.map(showSecret(id)));
    })
    .on("POST", path, async (c) => {
      const { name, expiresAt = null } = await readBody(c, secretBody);
      const { id, secrets } = applications.get(param(c, "id"));
      if (secrets.some((secret) => secret.name === name)) {
        throw new LogtoError(422, "application.secret_name_exists");
      }
      if (expiresAt !== null && expiresAt <= now()) throw new LogtoError(400, "request.invalid_input", {});
      const secret = { name, value: newSecret(), createdAt: now(), expiresAt };
      secrets.push(secret);
      return answer(c, showSecret(id)(secret), 201);
    })
    .on("DELETE", `${path}/:name`, (c) => {
      const application = applications.get(param(c, "id"));
      const rest = application.secrets.filter(({ name }) => name !== param(c, "name"));
      if (rest.length === application.secrets.length) throw notFound();
      application.secrets = rest;
      return noContent(c);
    });
}

function applicationRoleRoutes(routes: RouteTable, { state: { applications, roles } }: TenantContext): void {
  const path = "/api/applications/:id/roles";
  routes
    .on("GET", path, (c) => {
      const { roleIds } = applications.get(param(c, "id"));
      return page(
        c,
        [...roleIds].map((id) => roles.get(id)),
        showRole,
      );
    })
    .on("POST", path, async (c) => {
      const { roleIds } = await readBody(c, z.object({ roleIds: z.string().min(1).array() }));
      const application = applications.get(param(c, "id"));
      for (const id of roleIds) {
        if (roles.find(id) === undefined) throw new LogtoError(404, "entity.not_exists_with_id");
        if (roles.get(id).type !== "MachineToMachine")
          throw new LogtoError(422, "application.invalid_role_type");
        if (application.roleIds.has(id)) throw new LogtoError(422, "application.role_exists");
      }
      for (const id of roleIds) application.roleIds.add(id);
      return c.body(null, 201);
    })
    .on("DELETE", `${path}/:roleId`, (c) => {
      if (!applications.get(param(c, "id")).roleIds.delete(param(c, "roleId"))) throw notFound();
      return noContent(c);
    });
}

/** Logto still shows the column of its former single secret, filled with a placeholder. */
function show({
  secrets: _secrets,
  roleIds: _roleIds,
  anyLoopbackRedirect: _any,
  ...application
}: Application) {
  const secret = `#internal:${application.id}`;
  return {
    tenantId: "default",
    secret,
    ...application,
    appLevelAccessControlEnabled: false,
    protectedAppMetadata: null,
  };
}
