/** `/me/export`: everything that is held about the person. `/schemas/account-export`: its schema. */
import { OpenAPIHono } from "@hono/zod-openapi";
import type { Env } from "../../http/env.ts";
import { answer } from "../../http/headers.ts";
import { readHeaders, stepUpHeader } from "../../http/request-headers.ts";
import { objectOf, ok, protectedRoute, publicRoute } from "../../http/route.ts";
import { streamOf } from "../../http/stream.ts";
import type { JsonObject } from "../../json.ts";
import type { Services } from "../../services.ts";
import { brokenOff } from "./broken-off.ts";
import { exportAccount } from "./export-account.ts";
import { schemaPath } from "./read-held.ts";
import { accountExport, accountExportSchema } from "./schema.ts";
import { writeJson } from "./write-json.ts";

const exportRoute = (services: Services) =>
  protectedRoute(services, { scope: "profile:read", replays: false })(
    {
      method: "post",
      path: "/",
      operationId: "exportAccount",
      summary: "Export everything that is held about the person",
      description:
        "Both stores, unmasked, with the activity and its seals; once an hour. It is sent while it is read: `complete` is its last member, and a document that breaks off is no JSON. Recorded in the activity.",
      tags: ["export"],
      responses: ok("The whole account.", accountExport),
    },
    ["data_integrity"],
    stepUpHeader,
  );

const schemaRoute = publicRoute({
  method: "get",
  path: schemaPath,
  operationId: "readAccountExportSchema",
  summary: "Read the JSON Schema of an export",
  tags: ["export"],
  responses: ok("JSON Schema 2020-12.", objectOf({ type: "object" })),
});

const headers = {
  "Content-Type": "application/json",
  "Content-Disposition": 'attachment; filename="account.json"',
};

export function exportRoutes(services: Services) {
  const route = exportRoute(services);
  const routes = new OpenAPIHono<Env>();
  routes.openAPIRegistry.registerPath(route);
  // Not as `openapi`, whose handler answers JSON that is all there.
  routes.post(route.path, route.middleware, async (c) => {
    const { "Verification-Id": verificationId } = readHeaders(c.req.raw, stepUpHeader);
    const caller = c.get("caller");
    const exported = await exportAccount(services, caller, { verificationId });
    return answer(c, streamOf(writeJson(exported), brokenOff(services, caller, exported)), 200, headers);
  });
  return routes;
}

export function exportSchemaRoutes({ config }: Pick<Services, "config">) {
  let described: JsonObject | undefined;
  return new OpenAPIHono<Env>().openapi(schemaRoute, (c) => {
    described ??= accountExportSchema(`${config.publicUrl}${schemaPath}`);
    return c.json(described, 200);
  });
}
