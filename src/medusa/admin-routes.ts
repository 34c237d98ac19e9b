/** `/medusa/admin`: users sign in (v1), and manage their profile (v1 and v2). */
import { type Context, Hono } from "hono";
import * as z from "zod";
import type { ProtectedEnv } from "../http/env.ts";
import { Refusal } from "../problem.ts";
import { leave, noCookie, readBrowserSession, sitDown } from "./browser-session.ts";
import { changePerson } from "./change.ts";
import { actorIdOf, claimsFor, issueToken } from "./claims.ts";
import { factsOf, requireActor, type Served } from "./present.ts";
import { unauthorized } from "./refusal.ts";
import { bodyOf, localesOf } from "./request.ts";
import { requestReset, resetPassword } from "./reset.ts";
import { showUser } from "./shapes.ts";
import { type SignedIn, signInByPassword } from "./sign-in.ts";
import { credentials, metadataObject, nullableText, reset, resetWish } from "./store-routes.ts";

const userChange = z.strictObject({
  first_name: nullableText,
  last_name: nullableText,
  avatar_url: nullableText,
  metadata: metadataObject,
});

export function adminRoutes(served: Served) {
  const { services } = served;
  const app = new Hono<ProtectedEnv>();
  withReset(served, app);
  return app
    .post("/auth", async (c) => {
      const { signIn, caller } = await signInAsUser(served, c);
      const former = await readBrowserSession(services, c.req.raw);
      c.header(
        "Set-Cookie",
        await sitDown(services, former, { actor: "user", signIn, caller, alone: false }),
      );
      return c.json({ user: await userOf(served, signIn) });
    })
    .post("/auth/token", async (c) => {
      const { signIn } = await signInAsUser(served, c);
      return c.json({ access_token: await issueToken(services, await claimsFor(services, signIn, "user")) });
    })
    .get("/auth", async (c) => {
      const { caller } = await requireActor(served, c, "user");
      return c.json({ user: await userOf(served, caller) });
    })
    .delete("/auth", async (c) => {
      const session = await readBrowserSession(services, c.req.raw);
      if (!session || !(await leave(services, session, factsOf(c), "user"))) throw unauthorized();
      if (session.seats.every(({ actor }) => actor === "user")) c.header("Set-Cookie", noCookie(services));
      return c.text("OK");
    })
    .get("/users/:id", async (c) => c.json({ user: await userOf(served, await requireSelf(served, c)) }))
    .post("/users/:id", async (c) => {
      const caller = await requireSelf(served, c);
      const change = await bodyOf(c, userChange);
      return c.json({ user: showUser(services, await changePerson(services, caller, change)) });
    });
}

/** @throws {Refusal} `unauthenticated`; also for somebody without the role, or who needs their browser. */
async function signInAsUser({ services }: Served, c: Context<ProtectedEnv>): Promise<SignedIn> {
  const signedIn = await signInByPassword(services, factsOf(c), await bodyOf(c, credentials));
  if (!signedIn) throw unauthorized("Sign in on the page of the identity provider");
  const user = await services.logto.snapshots.get(signedIn.signIn.userId);
  if ((await actorIdOf(services, user, "user")) === "") throw unauthorized();
  return signedIn;
}

/** There is nobody but oneself; every other id is unknown. @throws {Refusal} `not_found`, `unauthenticated`. */
async function requireSelf(served: Served, c: Context<ProtectedEnv>) {
  const { caller, claims } = await requireActor(served, c, "user");
  const id = c.req.param("id");
  if (id !== "me" && id !== claims.actor_id) throw new Refusal("not_found");
  return caller;
}

async function userOf({ services }: Served, { userId }: { userId: string }) {
  return showUser(services, await services.logto.snapshots.get(userId));
}

/** Passwords that were forgotten. Who has set a new one is signed in, unless that takes their own browser. */
function withReset(served: Served, app: Hono<ProtectedEnv>): void {
  const { services } = served;
  app.post("/users/password-token", async (c) => {
    const { email } = await bodyOf(c, resetWish);
    requestReset(services, factsOf(c), { actor: "user", email, locales: localesOf(c) });
    return c.body(null, 204);
  });
  app.post("/users/reset-password", async (c) => {
    const given = await bodyOf(c, reset);
    const { password } = given;
    const { userId, email } = await resetPassword(services, factsOf(c), { actor: "user", ...given });
    const signedIn = await signInByPassword(services, factsOf(c), { email, password });
    const user = await services.logto.snapshots.get(userId);
    if (signedIn && (await actorIdOf(services, user, "user")) !== "") {
      const former = await readBrowserSession(services, c.req.raw);
      c.header("Set-Cookie", await sitDown(services, former, { actor: "user", ...signedIn, alone: false }));
    }
    return c.json({ user: showUser(services, user) });
  });
}
