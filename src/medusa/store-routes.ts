/** `/medusa/store`: customers sign in (v1), and manage their profile (v1 and v2). */
import { type Context, Hono } from "hono";
import * as z from "zod";
import type { ProtectedEnv } from "../http/env.ts";
import { isObject, type JsonObject } from "../json.ts";
import { leave, noCookie, readBrowserSession, sitDown } from "./browser-session.ts";
import { changeOwnPassword, changePerson, requirePasswordChange } from "./change.ts";
import { actorIdOf, claimsFor, issueToken } from "./claims.ts";
import { createCustomer, registerCustomer } from "./create-customer.ts";
import { tellWhoExists } from "./exists.ts";
import { factsOf, type Present, requireActor, requirePresent, type Served } from "./present.ts";
import { unauthorized } from "./refusal.ts";
import { bodyOf, emailText, localesOf, passwordText } from "./request.ts";
import { requestReset, resetPassword } from "./reset.ts";
import { showCustomer } from "./shapes.ts";
import { type SignedIn, signInByPassword } from "./sign-in.ts";

export const credentials = z.strictObject({ email: emailText, password: passwordText });
export const nullableText = z.string().max(4_096).nullish();
export const metadataObject = z
  .custom<JsonObject>((value) => isObject(value), "must be an object")
  .optional();

const customerChange = z.strictObject({
  first_name: nullableText,
  last_name: nullableText,
  phone: nullableText,
  metadata: metadataObject,
  password: passwordText.optional(),
});

/** With a password it is a registration of the first generation; without one a newcomer asks. */
const newCustomer = customerChange.extend({ email: emailText.nullish() });

export const resetWish = z.strictObject({ email: emailText });
export const reset = z.strictObject({
  token: z.string().max(4_096),
  password: passwordText,
  email: emailText.optional(),
});

export function storeRoutes(served: Served) {
  const { services } = served;
  const app = new Hono<ProtectedEnv>();
  withReset(served, app);
  return app
    .post("/auth", async (c) => {
      const { signIn, caller } = await signInAsCustomer(served, c);
      const former = await readBrowserSession(services, c.req.raw);
      c.header(
        "Set-Cookie",
        await sitDown(services, former, { actor: "customer", signIn, caller, alone: false }),
      );
      return c.json({ customer: await customerOf(served, signIn) });
    })
    .post("/auth/token", async (c) => {
      const { signIn } = await signInAsCustomer(served, c);
      return c.json({
        access_token: await issueToken(services, await claimsFor(services, signIn, "customer")),
      });
    })
    .get("/auth", async (c) => c.json({ customer: await customerOf(served, await present(served, c)) }))
    .get("/auth/:email", async (c) =>
      c.json({ exists: await tellWhoExists(services, factsOf(c), c.req.param("email")) }),
    )
    .delete("/auth", async (c) => {
      const session = await readBrowserSession(services, c.req.raw);
      if (session) await leave(services, session, factsOf(c), "customer");
      if (session?.seats.every(({ actor }) => actor === "customer"))
        c.header("Set-Cookie", noCookie(services));
      return c.text("OK");
    })
    .post("/customers", (c) => create(served, c))
    .get("/customers/me", async (c) =>
      c.json({ customer: await customerOf(served, await present(served, c)) }),
    )
    .post("/customers/me", (c) => update(served, c));
}

/** @throws {Refusal} `unauthenticated`; also for a person whom the shop does not let in, or who needs their browser. */
async function signInAsCustomer({ services }: Served, c: Context<ProtectedEnv>): Promise<SignedIn> {
  const signedIn = await signInByPassword(services, factsOf(c), await bodyOf(c, credentials));
  if (!signedIn) throw unauthorized("Sign in on the page of the identity provider");
  const user = await services.logto.snapshots.get(signedIn.signIn.userId);
  if ((await actorIdOf(services, user, "customer")) === "") throw unauthorized();
  return signedIn;
}

const present = async (served: Served, c: Context<ProtectedEnv>) => {
  const { caller } = await requireActor(served, c, "customer");
  return caller;
};

async function customerOf({ services }: Served, { userId }: { userId: string }): Promise<JsonObject> {
  return showCustomer(services, await services.logto.snapshots.get(userId));
}

async function create(served: Served, c: Context<ProtectedEnv>) {
  const { services } = served;
  const { email, password, ...change } = await bodyOf(c, newCustomer);
  if (password === undefined) {
    const found = await requirePresent(served, c, "customer");
    return c.json({
      customer: showCustomer(services, await createCustomer(services, found, { email, change })),
    });
  }
  const wish = { email: email ?? "", password, change };
  const { user, signedIn } = await registerCustomer(services, factsOf(c), wish);
  if (signedIn) {
    const former = await readBrowserSession(services, c.req.raw);
    c.header("Set-Cookie", await sitDown(services, former, { actor: "customer", ...signedIn, alone: false }));
  }
  return c.json({ customer: showCustomer(services, user) });
}

async function update(served: Served, c: Context<ProtectedEnv>) {
  const { services } = served;
  const found = await requireActor(served, c, "customer");
  const { password, ...change } = await bodyOf(c, customerChange);
  if (password !== undefined) await requirePasswordChange(services, found.caller, password);
  const user = await changePerson(services, found.caller, change);
  if (password !== undefined) await changePasswordOf(served, c, found, password);
  return c.json({ customer: showCustomer(services, user) });
}

/** The session that changes the password goes on, with a new sign-in. */
async function changePasswordOf(
  { services }: Served,
  c: Context<ProtectedEnv>,
  found: Present,
  password: string,
) {
  const signedIn = await changeOwnPassword(services, found.caller, password);
  if (!signedIn || !found.session) return;
  c.header(
    "Set-Cookie",
    await sitDown(services, found.session, { actor: "customer", ...signedIn, alone: true }),
  );
}

/** Passwords that were forgotten. */
function withReset(served: Served, app: Hono<ProtectedEnv>): void {
  const { services } = served;
  app.post("/customers/password-token", async (c) => {
    const { email } = await bodyOf(c, resetWish);
    requestReset(services, factsOf(c), { actor: "customer", email, locales: localesOf(c) });
    return c.body(null, 204);
  });
  app.post("/customers/password-reset", async (c) => {
    const given = await bodyOf(c, reset);
    const { userId } = await resetPassword(services, factsOf(c), { actor: "customer", ...given });
    return c.json({ customer: await customerOf(served, { userId }) });
  });
}
