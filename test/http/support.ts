/** A small app built of every piece of `src/http`, and tokens signed by a key of its own. */
import { createRoute, OpenAPIHono } from "@hono/zod-openapi";
import type { MiddlewareHandler } from "hono";
import { type CryptoKey, generateKeyPair } from "jose";
import * as z from "zod";
import type { Scope } from "../../src/caller.ts";
import { webDigests } from "../../src/digests.ts";
import { createAccessTokenVerifier } from "../../src/http/access-token.ts";
import { bearer, requireScope } from "../../src/http/bearer.ts";
import { jsonBody } from "../../src/http/body.ts";
import { clientAddress } from "../../src/http/client-address.ts";
import { cors } from "../../src/http/cors.ts";
import type { Env, ProtectedEnv } from "../../src/http/env.ts";
import { standardHeaders } from "../../src/http/headers.ts";
import { notFound, onError, problemRoutes } from "../../src/http/problem-responses.ts";
import { requireKnownQuery } from "../../src/http/query.ts";
import { faultLog, requestLog } from "../../src/http/request-log.ts";
import { routeGuard } from "../../src/http/routing.ts";
import { refuseInvalid } from "../../src/http/validation.ts";
import type { SigningKeys } from "../../src/logto/signing-keys.ts";
import { Refusal } from "../../src/problem.ts";

export const issuer = "https://tenant.example.test/oidc";
export const audience = "https://api.example.test";
export const publicUrl = "https://profile.example.test";
export const origin = "https://page.example.test";

const pair = await generateKeyPair("ES384", { extractable: true });
export const es384 = pair;

const encode = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64url");
const part = (value: unknown) =>
  encode(new TextEncoder().encode(typeof value === "string" ? value : JSON.stringify(value)));

/** Signs any header and any claims, sensible or not; a string stands for JSON as it is. */
export async function craft(header: unknown, claims: unknown, key: CryptoKey = pair.privateKey) {
  const input = `${part(header)}.${part(claims)}`;
  const { name } = key.algorithm;
  const curve = "namedCurve" in key.algorithm ? String(key.algorithm.namedCurve) : "";
  const hash = { "P-384": "SHA-384", "P-521": "SHA-512" }[curve] ?? "SHA-256";
  const signature = await crypto.subtle.sign(
    { name, hash, saltLength: 32 },
    key,
    new TextEncoder().encode(input),
  );
  return `${input}.${encode(new Uint8Array(signature))}`;
}

/** A clock to move, the lines that were logged, and how often a key was asked for. */
export function createWorld() {
  let now = 1_800_000_000_000;
  const state = { finds: 0, published: true, lines: [] as string[] };
  const keys: SigningKeys = {
    async find({ kid }) {
      state.finds += 1;
      if (kid !== "key-1" || !state.published) throw new Refusal("invalid_token");
      return pair.publicKey;
    },
    current: (kid) => kid === "key-1" && state.published,
  };
  const clock = { now: () => now, advance: (ms: number) => (now += ms) };
  const verifier = createAccessTokenVerifier({
    issuer,
    audience,
    keys,
    now: clock.now,
    digest: webDigests.sha256,
    hashPerson: async (id) => `hash-of-${id.length}`,
  });
  const header = { alg: "ES384", typ: "at+jwt", kid: "key-1" };
  const claims = () => ({
    iss: issuer,
    aud: audience,
    sub: "alice",
    client_id: "page",
    scope: "profile:read profile:write",
    iat: Math.floor(now / 1000),
    exp: Math.floor(now / 1000) + 3600,
  });
  return {
    state,
    clock,
    keys,
    verifier,
    header,
    claims,
    token: (overrides: object = {}, headerOverrides: object = {}) =>
      craft({ ...header, ...headerOverrides }, { ...claims(), ...overrides }),
  };
}

export type World = ReturnType<typeof createWorld>;

/** What `protectedRoute` puts before a handler, without what needs a database. */
const admit =
  (scope: Scope, ...parameters: string[]): MiddlewareHandler<ProtectedEnv> =>
  async (c, next) => {
    requireKnownQuery(c.req.raw.url, parameters);
    requireScope(c.get("caller"), scope);
    await next();
  };

const noteRoute = createRoute({
  method: "patch",
  path: "/me",
  middleware: admit("profile:write"),
  request: {
    body: {
      required: true,
      content: {
        "application/json": {
          schema: z.strictObject({ name: z.string().optional(), any: z.unknown().optional() }),
        },
      },
    },
  },
  responses: { 200: { description: "what was sent" } },
});

export function createApp({ verifier, clock, state }: World) {
  const write = (line: string) => void state.lines.push(line);
  const { now } = clock;
  const app = new OpenAPIHono<Env>({ defaultHook: refuseInvalid });
  app.onError(onError({ publicUrl, report: faultLog({ write, now }) }));
  app.notFound(notFound({ publicUrl }));
  app.use(
    requestLog({
      write,
      now,
      monotonic: now,
    }),
    standardHeaders,
    cors((candidate) => candidate === origin),
    routeGuard(app),
  );
  app.get("/healthz", (c) => c.json({ ok: true }));
  app.get("/broken", () => {
    throw new Error("alice@example.test could not be read");
  });
  app.get("/busy", () => {
    throw new Refusal("storage_unavailable");
  });
  app.get("/limited", () => {
    throw new Refusal("too_many_attempts", { retryAfter: 899.2 });
  });
  app.get("/where", clientAddress(["10.0.0.0/8"]), (c) => c.json({ address: c.get("clientAddress") }));
  app.route("/problems", problemRoutes());
  app.use("/me/*", bearer(verifier), jsonBody);
  app.get("/me", admit("profile:read", "cursor"), (c) => {
    const { userId, client, boundTo, via } = c.get("caller");
    return c.json({ userId, client, boundTo, via });
  });
  app.get("/me/items/:id", (c) => c.json({ id: c.req.param("id") }));
  app.delete("/me/items/:id", (c) => c.body(null, 204));
  app.openapi(noteRoute, (c) => c.json(c.req.valid("json"), 200));
  return app;
}
