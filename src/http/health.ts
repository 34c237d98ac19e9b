/** `/healthz` (the process runs) and `/readyz` (it can serve). */
import { Hono } from "hono";
import { Refusal } from "../problem.ts";
import type { Services } from "../services.ts";
import type { Env } from "./env.ts";

type HealthServices = Pick<Services, "platform" | "db" | "logto">;

/** An outage of Logto does not make an instance unready: all instances would be, and refusals are fast. */
export const healthRoutes = (services: HealthServices, isStopping: () => boolean) =>
  new Hono<Env>()
    .get("/healthz", (c) => c.json({ status: "ok" }, 200))
    .get("/readyz", async (c) => {
      const [database, tenant] = await Promise.all([databaseState(services), tenantState(services)]);
      const checks = { server: isStopping() ? "stopping" : "ok", database, ...tenant };
      if (checks.database !== "ok") throw new Refusal("storage_unavailable", { checks });
      if (checks.server !== "ok" || checks.logto === "bad_credential") {
        throw new Refusal("upstream_unavailable", { checks });
      }
      return c.json({ status: "ready", checks }, 200);
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
