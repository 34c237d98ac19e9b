/** `/healthz` (the process runs) and `/readyz` (it can serve). */
import { Hono } from "hono";
import { Refusal } from "../problem.ts";
import type { Services } from "../services.ts";
import type { Env } from "./env.ts";

type Watched = Pick<Services, "platform" | "db" | "logto">;

/** A Logto that is down does not make us unready: every other instance would be too, and refusals here are fast. */
export const healthRoutes = (services: Watched, isStopping: () => boolean) =>
  new Hono<Env>()
    .get("/healthz", (c) => c.json({ status: "ok" }, 200))
    .get("/readyz", async (c) => {
      const checks = {
        server: isStopping() ? "stopping" : "ok",
        database: await databaseState(services),
        logto: logtoState(services),
      };
      if (checks.database !== "ok") throw new Refusal("storage_unavailable", { checks });
      if (checks.server !== "ok" || checks.logto === "bad_credential") {
        throw new Refusal("upstream_unavailable", { checks });
      }
      return c.json({ status: "ready", checks }, 200);
    });

/** Asking for the token in the background is how an instance without traffic learns that Logto is back. */
function logtoState({ platform, logto }: Watched) {
  platform.defer(logto.m2mToken.get());
  return logto.m2mToken.status().problem ?? "ok";
}

async function databaseState({ db }: Pick<Watched, "db">) {
  try {
    await db.ping();
    return "ok";
  } catch {
    return "unavailable";
  }
}
