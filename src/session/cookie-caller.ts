/** The cookie of an API call, turned into its caller. */
import type { MiddlewareHandler } from "hono";
import type { Env } from "../http/env.ts";
import { Refusal } from "../problem.ts";
import { readSessionId } from "./cookies.ts";
import { requireScript } from "./csrf.ts";
import { endSession } from "./end-session.ts";
import { findSession } from "./find-session.ts";
import type { SessionServices } from "./services.ts";
import { callerOf } from "./session-caller.ts";

/**
 * Sets `caller` from the session of the cookie. A request without that cookie passes: its access token is judged next.
 * @throws {Refusal} `bad_request` for a cookie together with an access token; `csrf`; `unauthenticated` for a session that
 * has ended; what {@link findSession} throws.
 */
export const cookieCaller =
  (services: SessionServices): MiddlewareHandler<Env> =>
  async (c, next) => {
    const request = c.req.raw;
    const { publicUrl } = services.config;
    const id = readSessionId(request, publicUrl);
    if (id === undefined) return next();
    if (request.headers.has("authorization")) throw new Refusal("bad_request");
    requireScript(request, publicUrl);
    const live = await findSession(services, id);
    if (!live) throw new Refusal("unauthenticated", { reason: "ended_session" });
    const facts = { address: c.get("clientAddress"), requestId: c.get("requestId") };
    c.set("caller", await callerOf(services, live, facts));
    await next();
    // Logto has ended what the session stands on, and does not bring it back when it lets the person in again.
    if (c.get("refused")?.code === "user_suspended") await endSession(services, live.row, "suspension");
    return undefined;
  };
