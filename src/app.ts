/** The whole app on one screen: every middleware in its order, and the path of every group of routes. */
import { OpenAPIHono } from "@hono/zod-openapi";
import type { MiddlewareHandler } from "hono";
import { createOriginMatcher } from "./addresses.ts";
import { createAccessTokenVerifier } from "./http/access-token.ts";
import { bearer } from "./http/bearer.ts";
import { jsonBody } from "./http/body.ts";
import { createCallLimit, limitCalls } from "./http/budgets.ts";
import { clientAddress } from "./http/client-address.ts";
import { cors } from "./http/cors.ts";
import { doctorEcho } from "./http/doctor-echo.ts";
import type { Env } from "./http/env.ts";
import { frontPage } from "./http/front-page.ts";
import { standardHeaders } from "./http/headers.ts";
import { healthRoutes } from "./http/health.ts";
import { serveDocument } from "./http/openapi.ts";
import { pathBehindPrefix, requireClearPrefix } from "./http/path-prefix.ts";
import { notFound, onError, problemRoutes } from "./http/problem-responses.ts";
import { faultLog, requestLog } from "./http/request-log.ts";
import { routeGuard } from "./http/routing.ts";
import { activityRoutes } from "./me/activity/routes.ts";
import { applicationRoutes } from "./me/applications/routes.ts";
import { avatarRoutes, pictureRoutes } from "./me/avatar/routes.ts";
import { deletionRoutes } from "./me/deletion/routes.ts";
import { exportRoutes, exportSchemaRoutes } from "./me/export/routes.ts";
import { factorRoutes } from "./me/factors/routes.ts";
import { identityRoutes } from "./me/identities/routes.ts";
import { noticeRoutes } from "./me/notices/routes.ts";
import { passwordRoutes } from "./me/password/routes.ts";
import { profileRoutes } from "./me/profile/routes.ts";
import { sessionListRoutes } from "./me/sessions/routes.ts";
import { signInRoutes } from "./me/sign-ins/routes.ts";
import { undoRoutes } from "./me/undo/routes.ts";
import { verificationRoutes } from "./me/verification-codes/routes.ts";
import { medusaAnswer } from "./medusa/refusal.ts";
import { allowCredentials } from "./medusa/request.ts";
import { medusaRoutes } from "./medusa/routes.ts";
import { medusaServices } from "./medusa/services.ts";
import { eitherIssuer } from "./medusa/verifier.ts";
import { callbackFaces } from "./page/callback-faces.ts";
import { landing } from "./page/landing.ts";
import { accountPages } from "./page/routes.ts";
import { undoLinkPages } from "./page/undo-link.ts";
import { createVisits } from "./page/visits.ts";
import type { Services } from "./services.ts";
import { cookieCaller } from "./session/cookie-caller.ts";
import { pageSessions } from "./session/page-session.ts";
import { sessionRoutes } from "./session/routes.ts";
import { sessionServices } from "./session/services.ts";
import { recordSignIn } from "./verification/step-up.ts";
import { webhookRoutes } from "./webhooks/routes.ts";

/**
 * Builds the app; every runtime serves it through `fetch`.
 * @param isStopping while it returns true, `/readyz` answers 503: the server is finishing its last requests.
 * @param outermost middleware of the runtime, which sees the whole request.
 * @throws {ConfigError} for a `PUBLIC_URL` whose path is one of the app's own.
 */
export function createApp(
  services: Services,
  isStopping = (): boolean => false,
  outermost: readonly MiddlewareHandler<Env>[] = [],
) {
  const { config, platform, vault, logto } = services;
  const { publicUrl } = config;
  const tenantVerifier = createAccessTokenVerifier({
    issuer: config.logto.issuer,
    audience: config.apiResource,
    keys: logto.signingKeys,
    now: platform.now,
    hashPerson: (userId) => vault.keyedHash("user", userId),
    digest: platform.digests.sha256,
    metrics: platform.metrics,
  });
  const medusa = medusaServices(services);
  const verifier = medusa ? eitherIssuer(tenantVerifier, medusa) : tenantVerifier;
  const forms = medusa ? { "/medusa/": medusaAnswer } : {};

  const app = new OpenAPIHono<Env>({ getPath: pathBehindPrefix(publicUrl) });
  app.onError(onError({ publicUrl, report: faultLog(platform), forms }));
  app.notFound(notFound({ publicUrl, forms }));

  for (const middleware of outermost) app.use(middleware);
  app.use(standardHeaders);
  app.use(requestLog(platform));
  if (medusa) app.use("/medusa/*", allowCredentials(services));
  app.use(cors(createOriginMatcher(config)));
  app.use(routeGuard(app));
  app.use(clientAddress(config.trustedProxies));
  app.use("/readyz", doctorEcho(services));

  const limit = createCallLimit(platform);
  const sessions = sessionServices(services);
  const visits = createVisits(config);
  if (sessions) {
    app.use("/me/*", cookieCaller(sessions));
    const faces = callbackFaces(config, visits);
    app.route(
      "/session",
      sessionRoutes(
        sessions,
        {
          record: (...proof) => recordSignIn(services, ...proof),
          landing: (...arrival) => landing(services, ...arrival),
        },
        faces,
      ),
    );
  }
  app.use("/me/*", bearer(verifier), limitCalls(limit));
  app.route("/me/avatar", avatarRoutes(services));
  // It takes no body.
  app.route("/me/export", exportRoutes(services));
  app.use("/me/*", jsonBody);
  app.route("/me", profileRoutes(services));
  app.route("/me", passwordRoutes(services));
  app.route("/me/verification-codes", verificationRoutes(services));
  app.route("/me/factors", factorRoutes(services));
  app.route("/me/identities", identityRoutes(services));
  app.route("/me/activity", activityRoutes(services));
  app.route("/me/sign-ins", signInRoutes(services));
  app.route("/me/undo", undoRoutes(services));
  if (config.deletion) app.route("/me/deletion", deletionRoutes(services));
  app.route("/me/notices", noticeRoutes(services));
  app.route("/", exportSchemaRoutes(services));
  app.route("/me/sessions", sessionListRoutes(services));
  app.route("/me/applications", applicationRoutes(services));

  app.route("/avatars", pictureRoutes(services));
  if (medusa) app.route("/medusa", medusaRoutes({ services: medusa, limit: limitCalls(limit) }));
  if (config.webhookSigningKey) app.route("/webhooks", webhookRoutes(services, config.webhookSigningKey));
  app.route("/", undoLinkPages(services, visits, faultLog(platform)));
  if (sessions)
    app.route("/", accountPages(services, visits, pageSessions(sessions), limit, faultLog(platform)));
  app.route("/", frontPage(publicUrl, sessions && `${publicUrl}/account`));
  app.route("/", healthRoutes(services, isStopping));
  app.route("/problems", problemRoutes());
  serveDocument(app, publicUrl);
  requireClearPrefix(app, publicUrl);
  return app;
}
