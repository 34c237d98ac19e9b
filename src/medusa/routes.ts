/** `/medusa`: what Medusa's own clients, `@medusajs/medusa-js` and `@medusajs/js-sdk`, find here. */
import { Hono } from "hono";
import type { ProtectedEnv } from "../http/env.ts";
import { adminRoutes } from "./admin-routes.ts";
import { authRoutes } from "./auth-routes.ts";
import type { Served } from "./present.ts";
import { requireKnownPage } from "./request.ts";
import { storeRoutes } from "./store-routes.ts";

/** The public keys may be kept by whoever reads them. */
const keysCache = "public, max-age=300";

export function medusaRoutes(served: Served) {
  const { services } = served;
  const { actors } = services.medusa;
  const app = new Hono<ProtectedEnv>();
  app.get("/.well-known/jwks.json", async (c) =>
    c.json({ keys: await services.tokenKeys.published() }, 200, { "Cache-Control": keysCache }),
  );
  app.use(requireKnownPage(services));
  app.route("/auth", authRoutes(served));
  if (actors.customer) app.route("/store", storeRoutes(served));
  if (actors.user) app.route("/admin", adminRoutes(served));
  return app;
}
