/** The service as a team writes it by hand with Express 5, express-oauth2-jwt-bearer and axios. */
import { randomUUID } from "node:crypto";
import { Agent } from "node:http";
import process from "node:process";
import axios from "axios";
import express from "express";
import { auth, requiredScopes } from "express-oauth2-jwt-bearer";
import { readBusiness, writeBusiness } from "./business.mjs";
import { composeDocument, maskBusiness, splitPatch } from "./document.mjs";
import { createLogto } from "./logto.mjs";
import { settings, standardHeaders } from "./settings.mjs";

const client = axios.create({
  httpAgent: new Agent({ keepAlive: true, timeout: 4_000 }),
  timeout: 5_000,
  validateStatus: () => true,
});
const logto = createLogto(async (method, url, headers, data) => {
  const answer = await client.request({ method, url, headers, data });
  return { status: answer.status, json: answer.data };
});

const app = express();
app.disable("x-powered-by");

app.use((request, response, next) => {
  const startedAt = Date.now();
  const requestId = randomUUID();
  response.set(standardHeaders).set("X-Request-Id", requestId);
  response.on("finish", () => {
    const line = {
      time: new Date().toISOString(),
      level: response.statusCode >= 500 ? "error" : response.statusCode >= 400 ? "warn" : "info",
      requestId,
      method: request.method,
      route: request.route?.path,
      status: response.statusCode,
      ms: Date.now() - startedAt,
      clientId: request.auth?.payload.client_id,
      user: request.auth?.payload.sub,
    };
    process.stdout.write(`${JSON.stringify(line)}\n`);
  });
  next();
});

app.get("/healthz", (_request, response) => {
  response.json({ status: "ok" });
});

app.use(
  auth({
    issuer: settings.issuer,
    jwksUri: `${settings.tenant}/oidc/jwks`,
    audience: settings.audience,
    tokenSigningAlg: "ES384",
    strict: true,
  }),
);
const mayRead = requiredScopes("profile:read");
const mayWrite = requiredScopes("profile:write");

app.get("/me", mayRead, async (request, response) => {
  const { sub } = request.auth.payload;
  const user = await logto.readUser(sub);
  response.json(composeDocument(user, readBusiness(sub)));
});

app.get("/me/business", mayRead, async (request, response) => {
  const { sub } = request.auth.payload;
  await logto.readUser(sub);
  response.json(maskBusiness(readBusiness(sub)));
});

app.patch("/me", mayWrite, express.json({ limit: "64kb" }), async (request, response) => {
  const { sub } = request.auth.payload;
  const patch = splitPatch(request.body);
  if (!patch) {
    response.status(422).json({ error: "unknown field" });
    return;
  }
  const user =
    Object.keys(patch.logto).length > 0
      ? await logto.updateUser(sub, patch.logto)
      : await logto.readUser(sub);
  const business = patch.business ? writeBusiness(sub, patch.business) : readBusiness(sub);
  response.json(composeDocument(user, business));
});

app.post("/me/password/verify", mayWrite, express.json({ limit: "64kb" }), async (request, response) => {
  const correct = await logto.verifyPassword(request.auth.payload.sub, request.body.password);
  response.status(correct ? 200 : 422).json({ correct });
});

app.use((error, _request, response, _next) => {
  response.status(error.status ?? 500).json({ error: error.code ?? "internal" });
});

app.listen(settings.port, "127.0.0.1");
