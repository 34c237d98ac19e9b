/**
 * Stands in for Logto, in a process of its own: OIDC discovery, keys, tokens, and the calls of the Management API that
 * the service and its peers make. It answers after a set delay and counts the calls.
 */
import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import * as z from "zod";
import { isObject, type JsonObject, type JsonValue } from "../../src/json.ts";
import { password, tenant, userOf } from "./lib/tenant.ts";

const [port = "", keySetPath = ""] = process.argv.slice(2);
const keySet = readFileSync(keySetPath, "utf8");
/** Logto hashes a password for about so long. */
const passwordMs = 60;
const state = { delayMs: 0, calls: 0 };
/** The people who have been changed. */
const changed = new Map<string, JsonObject>();

type Answer = { status: number; body?: JsonValue };

const find = (id: string) => changed.get(id) ?? userOf(id);
const objectIn = (body: JsonObject, name: string) => {
  const value = body[name];
  return isObject(value) ? value : {};
};

/** Replaces fields: `null` and `""` clear one, `customData` and `profile` are replaced whole. */
function update(id: string, body: JsonObject): JsonObject {
  const cleared = Object.entries(body).map(([name, value]) => [name, value === "" ? null : value]);
  const user = { ...find(id), ...Object.fromEntries(cleared), updatedAt: Date.now() };
  changed.set(id, user);
  return user;
}

/** Joins objects at their first level. */
function merge(id: string, name: "profile" | "customData", body: JsonObject): JsonObject {
  const joined = { ...objectIn(find(id), name), ...objectIn(body, name) };
  update(id, { [name]: joined });
  return joined;
}

function answerUser(method: string, id: string, rest: string, body: JsonObject): Answer {
  switch (`${method} ${rest}`) {
    case "GET ":
      return { status: 200, body: find(id) };
    case "PATCH ":
      return { status: 200, body: update(id, body) };
    case "PATCH profile":
      return { status: 200, body: merge(id, "profile", body) };
    case "GET custom-data":
      return { status: 200, body: objectIn(find(id), "customData") };
    case "PATCH custom-data":
      return { status: 200, body: merge(id, "customData", body) };
    case "GET has-password":
      return { status: 200, body: { hasPassword: true } };
    case "POST password/verify":
      return body.password === password
        ? { status: 204 }
        : { status: 422, body: { code: "session.invalid_credentials", message: "" } };
    case "GET sessions":
      return { status: 200, body: { sessions: [] } };
    case "GET grants":
      return { status: 200, body: { grants: [] } };
    default:
      return { status: 404, body: { code: "entity.not_found", message: "" } };
  }
}

function answerTenant(call: string): Answer {
  switch (call) {
    case "GET /oidc/.well-known/openid-configuration":
      return {
        status: 200,
        body: {
          issuer: tenant.issuer,
          jwks_uri: `${tenant.issuer}/jwks`,
          token_endpoint: `${tenant.issuer}/token`,
          authorization_endpoint: `${tenant.issuer}/auth`,
        },
      };
    case "GET /oidc/jwks":
      return { status: 200, body: JSON.parse(keySet) };
    case "POST /oidc/token":
      return {
        status: 200,
        body: { access_token: "bench-token", token_type: "Bearer", expires_in: 3600, scope: "all" },
      };
    case "GET /api/sign-in-exp":
      return { status: 200, body: {} };
    case "GET /api/connectors":
      return { status: 200, body: [] };
    default:
      return { status: 404, body: { code: "entity.not_found", message: "" } };
  }
}

async function readBody(request: IncomingMessage): Promise<JsonObject> {
  const chunks = await request.toArray();
  if (!request.headers["content-type"]?.startsWith("application/json")) return {};
  const body: JsonValue = JSON.parse(Buffer.concat(chunks).toString());
  return isObject(body) ? body : {};
}

const controls = z.object({ delayMs: z.number() });

async function handle(request: IncomingMessage, response: ServerResponse) {
  const { method = "", url = "" } = request;
  const body = await readBody(request);
  if (url === "/bench") {
    // The bench asks seldom, and would meet a connection that is just being closed.
    response.setHeader("connection", "close");
    if (method === "PUT") state.delayMs = controls.parse(body).delayMs;
    return send(response, { status: 200, body: { ...state } });
  }
  state.calls += 1;
  const [, id, rest = ""] = /^\/api\/users\/([^/]+)\/?(.*)$/.exec(url) ?? [];
  const answer = id === undefined ? answerTenant(`${method} ${url}`) : answerUser(method, id, rest, body);
  const delayMs = rest === "password/verify" ? passwordMs : state.delayMs;
  if (delayMs > 0) await sleep(delayMs);
  send(response, answer);
}

function send(response: ServerResponse, { status, body }: Answer) {
  const text = body === undefined ? "" : JSON.stringify(body);
  response.writeHead(status, {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(text),
  });
  response.end(text);
}

createServer({ keepAliveTimeout: 5_000 }, (request, response) => void handle(request, response)).listen(
  Number(port),
  "127.0.0.1",
);
