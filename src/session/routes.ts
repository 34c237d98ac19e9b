/** `/session`: sign in, come back, ask, sign out; and Logto's own message that somebody has signed out there. */
import { OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import { readBody } from "../http/body.ts";
import type { Env } from "../http/env.ts";
import { readSessionId } from "./cookies.ts";
import { isScript, requireFormToken, requireOwnOrigin, requireScript } from "./csrf.ts";
import { describeSession } from "./describe-session.ts";
import { endLogtoSession } from "./end-logto-session.ts";
import { type FaceView, faceStatus } from "./faces.ts";
import { findSession } from "./find-session.ts";
import { type Arrival, finishSignIn, type Landing, type RecordSignIn } from "./finish-sign-in.ts";
import {
  backchannelRoute,
  callbackRoute,
  describeRoute,
  signInRoute,
  signOutRoute,
} from "./route-declarations.ts";
import type { SessionServices } from "./services.ts";
import { readSignInQuery } from "./sign-in-query.ts";
import { signOut } from "./sign-out.ts";
import { startSignIn } from "./start-sign-in.ts";

const maxFormBytes = 16_384;

/** @param view shows the callback's faces. */
export function sessionRoutes(
  services: SessionServices,
  { record, landing }: { record: RecordSignIn; landing: Landing },
  view: FaceView,
) {
  const { publicUrl } = services.config;
  return new OpenAPIHono<Env>()
    .openapi(describeRoute, async (c) =>
      c.json(await describeSession(services, await readQuietly(services, c)), 200),
    )
    .openapi(signInRoute, async (c) => {
      const wishes = readSignInQuery(c.req.url);
      const { location, cookies } = await startSignIn(services, c.req.raw, wishes);
      return lead(c, location, cookies);
    })
    .openapi(callbackRoute, async (c) => {
      // To look at it, or to fetch it ahead of time, must not use the sign-in up.
      if (c.req.method === "HEAD") return c.body(null, 200);
      if (isPrefetch(c.req.raw)) return c.html("", 503);
      const arrival = await finishSignIn({
        services,
        request: c.req.raw,
        facts: factsOf(c),
        record,
        landing,
      });
      if ("location" in arrival) return lead(c, arrival.location, arrival.cookies);
      return showFace(c, publicUrl, arrival, view);
    })
    .openapi(signOutRoute, async (c) => {
      requireOwnOrigin(c.req.raw, publicUrl);
      const live = await findToSignOut(services, c);
      const form = isScript(c.req.raw) ? undefined : await readForm(c.req.raw);
      if (live && form) await requireFormToken(services.keys, live.row, form.get("csrf") ?? "");
      const { location, cookies } = await signOut(services, live, factsOf(c));
      if (form) return lead(c, location, cookies);
      setCookies(c, cookies);
      return c.json({ redirectTo: location }, 200);
    })
    .openapi(backchannelRoute, async (c) => {
      const token = (await readForm(c.req.raw)).get("logout_token") ?? "";
      await endLogtoSession(services, token, c.get("requestId"));
      return c.body(null, 204);
    });
}

const factsOf = (c: Context<Env>) => ({ address: c.get("clientAddress"), requestId: c.get("requestId") });

/** Reads the session without a use. While Logto does not answer, it goes on as it was. */
async function readQuietly(services: SessionServices, c: Context<Env>) {
  const { publicUrl } = services.config;
  const id = readSessionId(c.req.raw, publicUrl);
  if (id === undefined) return undefined;
  requireScript(c.req.raw, publicUrl);
  return findSession(services, id, { isUse: false, asksLogto: "if_it_answers" });
}

/** Signing out needs nobody's consent: Logto is not asked before. */
const findToSignOut = (services: SessionServices, c: Context<Env>) =>
  findSession(services, readSessionId(c.req.raw, services.config.publicUrl), {
    isUse: false,
    asksLogto: "never",
  });

/** `Sec-Purpose` is the standard's header, `Purpose` and `X-Moz` are those of older browsers. */
const isPrefetch = ({ headers }: Request) =>
  ["sec-purpose", "purpose", "x-moz"].some((name) => headers.get(name)?.includes("prefetch"));

function setCookies(c: Context<Env>, cookies: readonly string[]): void {
  for (const cookie of cookies) c.header("Set-Cookie", cookie, { append: true });
}

function lead(c: Context<Env>, location: string, cookies: readonly string[]) {
  setCookies(c, cookies);
  c.header("Location", location);
  return c.body(null, 303);
}

async function showFace(
  c: Context<Env>,
  publicUrl: string,
  { face: name, flow, cookies }: Extract<Arrival, { face: string }>,
  view: FaceView,
) {
  const back = flow?.returnTo ?? `${publicUrl}/`;
  const { pathname, search, hash } = new URL(back);
  const again = new URLSearchParams({ returnTo: `${pathname}${search}${hash}` });
  if (flow?.again) again.set("reauthenticate", "true");
  const face = { name, back, again: `${publicUrl}/session/sign-in?${again}` };
  const { body, headers } = await view(face, c);
  setCookies(c, cookies);
  return c.body(body, faceStatus(face), { "Content-Type": "text/html; charset=utf-8", ...headers });
}

async function readForm(request: Request): Promise<URLSearchParams> {
  return new URLSearchParams(new TextDecoder().decode(await readBody(request, maxFormBytes)));
}
