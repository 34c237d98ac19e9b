/** Every kind of request to the tenant follows no redirect, reads a bounded answer, and ends in time. */
import { exportJWK, generateKeyPair, type JWK } from "jose";
import { beforeAll, describe, expect, test } from "vitest";
import { createCallBudget } from "../../src/logto/call-budget.ts";
import { createDiscovery } from "../../src/logto/discovery.ts";
import { createM2mToken } from "../../src/logto/m2m-token.ts";
import { createManagement } from "../../src/logto/management.ts";
import { createSignInExperience } from "../../src/logto/sign-in-experience.ts";
import { createSigningKeys } from "../../src/logto/signing-keys.ts";
import { usersApi } from "../../src/logto/users.ts";
import { callsPer10s, issueTokens, logtoConfig, someUser, testTuning } from "../support/logto.ts";
import { createTestPlatform } from "../support/platform.ts";
import { type Behaviour, flood, json, startUpstream, text } from "../support/upstream.ts";

let publicKey: JWK;
beforeAll(async () => {
  const pair = await generateKeyPair("ES384", { extractable: true });
  publicKey = { ...(await exportJWK(pair.publicKey)), kid: "first", alg: "ES384", use: "sig" };
});

async function start() {
  const upstream = await startUpstream();
  const platform = createTestPlatform();
  const logto = logtoConfig(upstream.origin);
  const token = createM2mToken({ logto, platform, tuning: testTuning });
  const budget = createCallBudget({ calls: callsPer10s, waitMs: 1_000, platform });
  const management = createManagement({ logto, platform, token, budget, tuning: testTuning });
  const keys = createSigningKeys({ jwksUri: `${logto.issuer}/jwks`, platform, tuning: testTuning });
  const discovery = createDiscovery({ logto, platform, tuning: testTuning });
  const users = usersApi(management, createSignInExperience(management, platform));
  const requests: Record<string, () => Promise<unknown>> = {
    "GET /api/users/u1": () => users.get("u1"),
    "POST /oidc/token": () => token.get(),
    "GET /oidc/jwks": () => keys.find({ kid: "first", alg: "ES384" }),
    "GET /oidc/.well-known/openid-configuration": async () => {
      if ((await discovery.check()) !== "ok") throw new Error("there was no document");
    },
  };
  const good: Record<string, Behaviour> = {
    "GET /api/users/u1": json(200, someUser),
    "POST /oidc/token": issueTokens(),
    "GET /oidc/jwks": json(200, { keys: [publicKey] }),
    "GET /oidc/.well-known/openid-configuration": json(200, { issuer: logto.issuer }),
  };
  for (const [route, behaviour] of Object.entries(good)) upstream.on(route, behaviour);
  const make = (route: string) => requests[route]?.() ?? Promise.reject(new Error(`no ${route}`));
  return { upstream, make, good };
}

const mebibyte = 1_048_576;

describe.each<[string, number]>([
  ["GET /api/users/u1", mebibyte],
  ["POST /oidc/token", 65_536],
  ["GET /oidc/jwks", 65_536],
  ["GET /oidc/.well-known/openid-configuration", 65_536],
])("%s", (route, most) => {
  test("takes a good answer", async () => {
    const { make } = await start();
    await make(route);
  });

  test.each([301, 302, 303, 307, 308])("follows no redirect by %i", async (status) => {
    const { upstream, make, good } = await start();
    for (const method of ["GET", "POST"]) upstream.on(`${method} /elsewhere`, good[route] ?? json(500));
    upstream.on(route, text(status, "", { location: `${upstream.origin}/elsewhere` }));
    await expect(make(route)).rejects.toThrow();
    expect(upstream.received.filter(({ path }) => path === "/elsewhere")).toEqual([]);
  });

  /** The good answer, made so long by spaces that JSON allows. */
  const padded =
    (good: Behaviour | undefined, size: number): Behaviour =>
    (received, response) => {
      const end = response.end.bind(response);
      Object.assign(response, { end: (body: unknown) => end(String(body).padEnd(size)) });
      return good?.(received, response);
    };

  test(`reads ${most} bytes and not one more`, async () => {
    const { upstream, make, good } = await start();
    upstream.on(route, padded(good[route], most + 1));
    await expect(make(route)).rejects.toThrow();
    const again = await start();
    again.upstream.on(route, padded(again.good[route], most));
    await again.make(route);
  });

  test("stops reading an answer that does not end", async () => {
    const { upstream, make } = await start();
    upstream.on(route, flood(50 * mebibyte));
    await expect(make(route)).rejects.toThrow();
  });
});
