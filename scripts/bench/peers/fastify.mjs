/** The service as a team writes it by hand with Fastify 5, jose and undici. */
import { randomUUID } from "node:crypto";
import fastify, { LogController } from "fastify";
import { createRemoteJWKSet, jwtVerify } from "jose";
import { Agent, request as send } from "undici";
import { readBusiness, writeBusiness } from "./business.mjs";
import { composeDocument, maskBusiness, splitPatch, tagOf } from "./document.mjs";
import { createLogto } from "./logto.mjs";
import { settings, standardHeaders } from "./settings.mjs";

const dispatcher = new Agent({
  connections: 50,
  keepAliveTimeout: 4_000,
  headersTimeout: 5_000,
  bodyTimeout: 5_000,
});
const logto = createLogto(async (method, url, headers, body) => {
  const answer = await send(url, { method, headers, body, dispatcher });
  const text = await answer.body.text();
  return { status: answer.statusCode, json: text && JSON.parse(text) };
});

const keys = createRemoteJWKSet(new URL(`${settings.tenant}/oidc/jwks`));
const app = fastify({
  logger: { base: null },
  logController: new LogController({ disableRequestLogging: true }),
  genReqId: () => randomUUID(),
  bodyLimit: 65_536,
});

app.decorateRequest("caller", null);
app.addHook("onRequest", async (request, reply) => {
  reply.headers(standardHeaders).header("X-Request-Id", request.id);
});
app.addHook("onResponse", async (request, reply) => {
  request.log.info({
    requestId: request.id,
    method: request.method,
    route: request.routeOptions.url,
    status: reply.statusCode,
    ms: Math.round(reply.elapsedTime),
    clientId: request.caller?.client_id,
    user: request.caller?.sub,
  });
});

const allow = (scope) => async (request, reply) => {
  try {
    const [scheme, token] = (request.headers.authorization ?? "").split(" ");
    if (scheme !== "Bearer") throw new Error("no token");
    const { payload } = await jwtVerify(token, keys, {
      issuer: settings.issuer,
      audience: settings.audience,
      algorithms: ["ES384"],
      typ: "at+jwt",
    });
    request.caller = payload;
  } catch {
    return reply.code(401).send({ error: "invalid_token" });
  }
  if (!request.caller.scope.split(" ").includes(scope)) {
    return reply.code(403).send({ error: "insufficient_scope" });
  }
};

const answer = (request, reply, value) => {
  const body = JSON.stringify(value);
  const tag = tagOf(body);
  reply.header("ETag", tag);
  if (request.headers["if-none-match"] === tag) return reply.code(304).send();
  return reply.type("application/json").send(body);
};

app.get("/healthz", async () => ({ status: "ok" }));

app.get("/me", { preHandler: allow("profile:read") }, async (request, reply) => {
  const { sub } = request.caller;
  const user = await logto.readUser(sub);
  return answer(request, reply, composeDocument(user, readBusiness(sub)));
});

app.get("/me/business", { preHandler: allow("profile:read") }, async (request, reply) => {
  const { sub } = request.caller;
  await logto.readUser(sub);
  return answer(request, reply, maskBusiness(readBusiness(sub)));
});

app.patch("/me", { preHandler: allow("profile:write") }, async (request, reply) => {
  const { sub } = request.caller;
  const patch = splitPatch(request.body);
  if (!patch) return reply.code(422).send({ error: "unknown field" });
  const user =
    Object.keys(patch.logto).length > 0
      ? await logto.updateUser(sub, patch.logto)
      : await logto.readUser(sub);
  const business = patch.business ? writeBusiness(sub, patch.business) : readBusiness(sub);
  return answer(request, reply, composeDocument(user, business));
});

app.post("/me/password/verify", { preHandler: allow("profile:write") }, async (request, reply) => {
  const correct = await logto.verifyPassword(request.caller.sub, request.body.password);
  return reply.code(correct ? 200 : 422).send({ correct });
});

await app.listen({ port: settings.port, host: "127.0.0.1" });
