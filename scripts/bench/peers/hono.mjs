/** The service as a team writes it by hand with Hono, jose and fetch. */
import { randomUUID } from "node:crypto";
import process from "node:process";
import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { createRemoteJWKSet, jwtVerify } from "jose";
import { readBusiness, writeBusiness } from "./business.mjs";
import { composeDocument, maskBusiness, splitPatch, tagOf } from "./document.mjs";
import { createLogto } from "./logto.mjs";
import { settings, standardHeaders } from "./settings.mjs";

const logto = createLogto(async (method, url, headers, body) => {
  const answer = await fetch(url, { method, headers, body, signal: AbortSignal.timeout(5_000) });
  const text = await answer.text();
  return { status: answer.status, json: text && JSON.parse(text) };
});

const keys = createRemoteJWKSet(new URL(`${settings.tenant}/oidc/jwks`));
const constantHeaders = Object.entries(standardHeaders);
const app = new Hono();

app.use(async (c, next) => {
  const startedAt = Date.now();
  const requestId = randomUUID();
  for (const [name, value] of constantHeaders) c.header(name, value);
  c.header("X-Request-Id", requestId);
  await next();
  const { status } = c.res;
  const caller = c.get("caller");
  const line = {
    time: new Date().toISOString(),
    level: status >= 500 ? "error" : status >= 400 ? "warn" : "info",
    requestId,
    method: c.req.method,
    route: c.req.path,
    status,
    ms: Date.now() - startedAt,
    clientId: caller?.client_id,
    user: caller?.sub,
  };
  process.stdout.write(`${JSON.stringify(line)}\n`);
});

const allow = (scope) => async (c, next) => {
  try {
    const [scheme, token] = (c.req.header("authorization") ?? "").split(" ");
    if (scheme !== "Bearer") throw new Error("no token");
    const { payload } = await jwtVerify(token, keys, {
      issuer: settings.issuer,
      audience: settings.audience,
      algorithms: ["ES384"],
      typ: "at+jwt",
    });
    c.set("caller", payload);
  } catch {
    return c.json({ error: "invalid_token" }, 401);
  }
  if (!c.get("caller").scope.split(" ").includes(scope)) return c.json({ error: "insufficient_scope" }, 403);
  return next();
};

const answer = (c, value) => {
  const body = JSON.stringify(value);
  const tag = tagOf(body);
  c.header("ETag", tag);
  if (c.req.header("if-none-match") === tag) return c.body(null, 304);
  c.header("Content-Type", "application/json");
  return c.body(body);
};

app.get("/healthz", (c) => c.json({ status: "ok" }));

app.get("/me", allow("profile:read"), async (c) => {
  const { sub } = c.get("caller");
  const user = await logto.readUser(sub);
  return answer(c, composeDocument(user, readBusiness(sub)));
});

app.get("/me/business", allow("profile:read"), async (c) => {
  const { sub } = c.get("caller");
  await logto.readUser(sub);
  return answer(c, maskBusiness(readBusiness(sub)));
});

app.patch("/me", allow("profile:write"), async (c) => {
  const { sub } = c.get("caller");
  const patch = splitPatch(await c.req.json());
  if (!patch) return c.json({ error: "unknown field" }, 422);
  const user =
    Object.keys(patch.logto).length > 0
      ? await logto.updateUser(sub, patch.logto)
      : await logto.readUser(sub);
  const business = patch.business ? writeBusiness(sub, patch.business) : readBusiness(sub);
  return answer(c, composeDocument(user, business));
});

app.post("/me/password/verify", allow("profile:write"), async (c) => {
  const { password } = await c.req.json();
  const correct = await logto.verifyPassword(c.get("caller").sub, password);
  return c.json({ correct }, correct ? 200 : 422);
});

serve({ fetch: app.fetch, port: settings.port, hostname: "127.0.0.1" });
