/** `/medusa/auth`: sign-in, tokens and sessions of Medusa's second generation. */
import { type Context, Hono } from "hono";
import * as z from "zod";
import { canonicalEmail } from "../fields/email.ts";
import type { ProtectedEnv } from "../http/env.ts";
import type { MedusaActor } from "../medusa-settings.ts";
import { Refusal } from "../problem.ts";
import { leave, noCookie, readBrowserSession, sitDown } from "./browser-session.ts";
import { claimsFor, issueToken } from "./claims.ts";
import { factsOf, requirePresent, requireSignIn, type Served } from "./present.ts";
import { notAllowed, unauthorized } from "./refusal.ts";
import { register } from "./register.ts";
import { bodyOf, emailText, localesOf, passwordText } from "./request.ts";
import { requestReset, resetPassword } from "./reset.ts";
import type { MedusaServices } from "./services.ts";
import { signInByPassword } from "./sign-in.ts";
import { callerOf } from "./sign-ins.ts";
import { credentials, metadataObject } from "./store-routes.ts";
import { arrive, departureFor } from "./third-party.ts";

export function authRoutes(served: Served) {
  const { services } = served;
  const app = new Hono<ProtectedEnv>();
  withReset(services, app);
  return app
    .post("/token/refresh", async (c) => {
      const { claims } = await requirePresent(served, c);
      const signIn = await requireSignIn(services, claims);
      return c.json({
        token: await issueToken(services, await claimsFor(services, signIn, claims.actor_type)),
      });
    })
    .post("/session", async (c) => {
      const { claims } = await requirePresent(served, c);
      const signIn = await services.db.medusaSignIns.find(claims.sid, services.platform.now());
      if (!signIn) throw unauthorized();
      const caller = await callerOf(services, signIn, factsOf(c));
      const former = await readBrowserSession(services, c.req.raw);
      const sitting = { actor: claims.actor_type, signIn, caller, alone: true };
      c.header("Set-Cookie", await sitDown(services, former, sitting));
      return c.json({ user: claims });
    })
    .delete("/session", async (c) => {
      const session = await readBrowserSession(services, c.req.raw);
      if (!session) throw unauthorized();
      await leave(services, session, factsOf(c));
      c.header("Set-Cookie", noCookie(services));
      return c.json({ success: true });
    })
    .post("/:actor/:provider/register", async (c) => {
      const actor = requireActorType(services, c);
      requireEmailpass(c);
      const given = await bodyOf(c, credentials);
      await register(services, factsOf(c), { ...given, change: {} }).catch(sayTaken);
      const signedIn = await signInByPassword(services, factsOf(c), { ...given, isNewcomer: true });
      if (!signedIn) throw unauthorized("Sign in on the page of the identity provider");
      return c.json({ token: await issueToken(services, await claimsFor(services, signedIn.signIn, actor)) });
    })
    .post("/:actor/:provider", async (c) => {
      const actor = requireActorType(services, c);
      const provider = c.req.param("provider");
      if (provider === "emailpass") return c.json(await logIn(services, c, actor));
      const { callback_url: callbackUrl } = await bodyOf(c, thirdParty);
      return c.json({ location: await departureFor(services, { actor, provider, callbackUrl }) });
    })
    .on(["GET", "POST"], "/:actor/:provider/callback", async (c) => {
      const actor = requireActorType(services, c);
      const query = new URL(c.req.url).searchParams;
      const signIn = await arrive(services, factsOf(c), { actor, provider: c.req.param("provider"), query });
      return c.json({ token: await issueToken(services, await claimsFor(services, signIn, actor)) });
    });
}

/** @throws {Refusal} `bad_request` for an actor that is not served. */
function requireActorType({ medusa }: MedusaServices, c: Context<ProtectedEnv>): MedusaActor {
  const actor = c.req.param("actor");
  if ((actor === "customer" || actor === "user") && medusa.actors[actor]) return actor;
  throw notAllowed("This actor is not known here");
}

/** @throws {Refusal} `bad_request` for any other provider. */
function requireEmailpass(c: Context<ProtectedEnv>): void {
  if (c.req.param("provider") !== "emailpass") throw notAllowed("This provider is not known here");
}

/** Pages compare the sentence. */
function sayTaken(error: unknown): never {
  if (error instanceof Refusal && error.code === "identifier_taken")
    throw unauthorized("Identity with email already exists");
  throw error;
}

const resetWish = z.strictObject({ identifier: emailText, metadata: metadataObject });
/** What a page says with a provider. */
const thirdParty = z.object({ callback_url: z.string().max(2_048).optional() });

/** @returns the token; or where the browser goes if the password is right and Logto wants more. */
async function logIn(services: MedusaServices, c: Context<ProtectedEnv>, actor: MedusaActor) {
  const { callback_url: callbackUrl, ...given } = await bodyOf(c, login);
  const signedIn = await signInByPassword(services, factsOf(c), given);
  if (signedIn)
    return { token: await issueToken(services, await claimsFor(services, signedIn.signIn, actor)) };
  if (services.medusa.callbackUrls.length === 0)
    throw unauthorized("Sign in on the page of the identity provider");
  const departure = { actor, provider: "emailpass", callbackUrl, loginHint: canonicalEmail(given.email) };
  return { location: await departureFor(services, departure) };
}

const login = credentials.extend(thirdParty.shape);
const passwordUpdate = z.strictObject({ password: passwordText, email: emailText.optional() });

/** Passwords that were forgotten. The token of a reset comes as a bearer token. */
function withReset(services: MedusaServices, app: Hono<ProtectedEnv>): void {
  app.post("/:actor/emailpass/reset-password", async (c) => {
    const actor = requireActorType(services, c);
    const { identifier: email, metadata = {} } = await bodyOf(c, resetWish);
    requestReset(services, factsOf(c), { actor, email, metadata, locales: localesOf(c) });
    return c.text("Created", 201);
  });
  app.post("/:actor/emailpass/update", async (c) => {
    const actor = requireActorType(services, c);
    const given = await bodyOf(c, passwordUpdate);
    const token = /^Bearer +(\S+)$/i.exec(c.req.header("authorization") ?? "")?.[1] ?? "";
    await resetPassword(services, factsOf(c), { actor, token, ...given });
    return c.json({ success: true });
  });
}
