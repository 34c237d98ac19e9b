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
      const database = await databaseState(services);
      askForToken(services);
      const checks = {
        server: isStopping() ? "stopping" : "ok",
        database,
        logto: services.logto.m2mToken.status().problem ?? "ok",
      };
      if (checks.database !== "ok") throw new Refusal("storage_unavailable", { checks });
      if (checks.server !== "ok" || checks.logto === "bad_credential") {
        throw new Refusal("upstream_unavailable", { checks });
      }
      return c.json({ status: "ready", checks }, 200);
    });

/** Asks in the background, so that an instance without other requests notices when Logto is back. */
function askForToken({ platform, logto }: HealthServices): void {
  platform.defer(logto.m2mToken.get());
}

async function databaseState({ db }: Pick<HealthServices, "db">) {
  try {
    await db.ping();
    return "ok";
  } catch {
    return "unavailable";
  }
}
