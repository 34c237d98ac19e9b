import * as z from "zod/v3";
import { answer, noContent } from "../http/answer.ts";
import { readBody } from "../http/body.ts";
import { LogtoError } from "../http/logto-error.ts";
import { type Handler, param, type RouteTable } from "../http/route-table.ts";
import { randomId } from "../ids.ts";
import { type ConnectorFactory, connectorFactories, requiredConfig } from "../store/connector-factories.ts";
import { type Connector, type Connectors, hasTemplate } from "../store/connectors.ts";
import type { TenantContext } from "../tenant-context.ts";
import { formats } from "./user-schema.ts";

const connectorBody = z.object({
  connectorId: z.string(),
  config: z.record(z.unknown()).default({}),
  metadata: z.record(z.unknown()).default({}),
  syncProfile: z.boolean().default(false),
});
const authorizationBody = z.object({ state: z.string(), redirectUri: z.string() });
const testBody = z
  .object({ phone: formats.phone, config: z.record(z.unknown()) })
  .or(z.object({ email: formats.email, config: z.record(z.unknown()) }));

/** `/api/connectors`: what sends messages, and what signs people in at other providers. */
export function connectorRoutes(routes: RouteTable, { state: { connectors } }: TenantContext): void {
  const path = "/api/connectors";
  routes
    .on("GET", path, (c) => {
      const target = c.req.query("target");
      const found = connectors.list().filter(({ factory }) => (target ?? factory.target) === factory.target);
      return answer(c, found.map(show));
    })
    .on("POST", path, addConnector(connectors))
    .on("GET", `${path}/:id`, (c) => answer(c, show(connectors.get(param(c, "id")))))
    .on("DELETE", `${path}/:id`, (c) => {
      connectors.remove(connectors.get(param(c, "id")).id);
      return noContent(c);
    })
    .on("POST", `${path}/:id/authorization-uri`, async (c) => {
      const { state, redirectUri } = await readBody(c, authorizationBody);
      if (state === "" || redirectUri === "") throw new LogtoError(400, "session.insufficient_info");
      const { factory } = connectors.get(param(c, "id"));
      if (factory.type !== "Social") throw new LogtoError(400, "connector.unexpected_type");
      const query = new URLSearchParams({ state, redirect_uri: redirectUri, scope: "email profile" });
      return answer(c, { redirectTo: `http://mock-social/?${query}` });
    })
    .on("POST", `${path}/:id/test`, testConnector())
    .on("GET", "/api/connector-factories", (c) => answer(c, connectorFactories.map(showFactory)));
}

function addConnector(connectors: Connectors): Handler {
  return async (c) => {
    const { connectorId, ...body } = await readBody(c, connectorBody);
    const factory = connectorFactories.find(({ id }) => id === connectorId);
    if (factory === undefined) throw new LogtoError(422, "connector.not_found_with_connector_id");
    if (connectors.list().some((known) => known.factory.id === connectorId)) {
      throw new LogtoError(422, "connector.multiple_instances_not_supported");
    }
    assertConfig(factory, body.config);
    const connector = { id: randomId(12), factory, ...body };
    connectors.insert(connector);
    return answer(c, show(connector));
  };
}

/** The console's trial of a configuration that the caller brings along. Nothing is sent. */
function testConnector(): Handler {
  return async (c) => {
    const body = testBody.safeParse(await readBody(c, z.unknown()));
    if (!body.success) throw new LogtoError(400, "guard.invalid_input");
    const factory = connectorFactories.find(({ id }) => id === param(c, "id"));
    if (factory === undefined) throw new LogtoError(400, "connector.not_found");
    const type = "email" in body.data ? "Email" : "Sms";
    if (factory.type !== type) throw new LogtoError(400, "connector.unexpected_type");
    assertConfig(factory, body.data.config);
    if (!hasTemplate(body.data, "Generic")) throw new LogtoError(400, "connector.template_not_found", {});
    return noContent(c);
  };
}

function assertConfig({ type }: ConnectorFactory, config: Record<string, unknown>): void {
  const shape = requiredConfig[type].map((name) => [
    name,
    name === "templates" ? z.array(z.unknown()) : z.string(),
  ]);
  const checked = z.object(Object.fromEntries(shape)).safeParse(config);
  if (checked.success) return;
  const data = { issues: checked.error.issues, name: "ZodError" };
  throw new LogtoError(400, "connector.invalid_config", data);
}

/** A connector as the Management API shows it, secrets included. */
function show({ id, factory, config, metadata, syncProfile }: Connector) {
  const { id: connectorId, ...shown } = showFactory(factory);
  return {
    id,
    syncProfile,
    enableTokenStorage: false,
    config,
    metadata,
    connectorId,
    ...shown,
    extraInfo: {},
  };
}

function showFactory(factory: ConnectorFactory) {
  return { isDemo: false, ...factory };
}
