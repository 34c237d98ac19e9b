/** `/healthz` (the process runs) and `/readyz` (it can serve). */
import { OpenAPIHono } from "@hono/zod-openapi";
import * as z from "zod";
import { Refusal } from "../problem.ts";
import type { Services } from "../services.ts";
import type { Env } from "./env.ts";
import { named } from "./named.ts";
import { ok, publicRoute } from "./route.ts";

type HealthServices = Pick<Services, "platform" | "db" | "logto">;

const livenessRoute = publicRoute({
  method: "get",
  path: "/healthz",
  operationId: "checkLiveness",
  summary: "Ask whether the process runs",
  tags: ["service"],
  responses: ok("It runs.", z.object({ status: z.literal("ok") })),
});

const readinessRoute = publicRoute(
  {
    method: "get",
    path: "/readyz",
    operationId: "checkReadiness",
    summary: "Ask whether the instance can serve",
    tags: ["service"],
    responses: ok(
      "It can serve. An outage of Logto does not make an instance unready: all would be, and refusals are fast.",
      named("Readiness", z.object({ status: z.literal("ready"), checks: z.record(z.string(), z.string()) })),
    ),
  },
  ["storage_unavailable", "upstream_unavailable"],
);

export const healthRoutes = (services: HealthServices, isStopping: () => boolean) =>
  new OpenAPIHono<Env>()
    .openapi(livenessRoute, (c) => c.json({ status: "ok" as const }, 200))
    .openapi(readinessRoute, async (c) => {
      const [database, tenant] = await Promise.all([databaseState(services), tenantState(services)]);
      const checks = { server: isStopping() ? "stopping" : "ok", database, ...tenant };
      if (checks.database !== "ok") throw new Refusal("storage_unavailable", { checks });
      if (checks.server !== "ok" || checks.logto === "bad_credential") {
        throw new Refusal("upstream_unavailable", { checks });
      }
      return c.json({ status: "ready" as const, checks }, 200);
    });

/** Sends two requests to Logto, so that an instance without other requests notices a change. */
async function tenantState({ platform, logto }: HealthServices) {
  platform.defer(logto.m2mToken.get());
  const issuer = await logto.discovery.recent();
  const isReachable = issuer !== "unreachable";
  return { logto: logto.m2mToken.status().problem ?? (isReachable ? "ok" : "unreachable"), issuer };
}

async function databaseState({ db }: Pick<HealthServices, "db">) {
  try {
    await db.ping();
    return "ok";
  } catch {
    return "unavailable";
  }
}
