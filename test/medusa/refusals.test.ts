/** What is refused, and has no effect; each answer is none that the first client repeats. */
import { decodeJwt, generateKeyPair, SignJWT } from "jose";
import { beforeAll, describe, expect, test } from "vitest";
import { firstClient, makeStaff, refusalOf, sdkOf, tokenOf, useMedusaService } from "../support/medusa.ts";
import { newPassword, useFreshDays } from "../support/people.ts";

const shop = "https://shop.example.test";
const service = useMedusaService({
  MEDUSA_ID_KEY: "shopId",
  MEDUSA_REGISTRATION: "open",
  ALLOWED_ORIGINS: shop,
});
useFreshDays(service);
beforeAll(() => makeStaff(service.tenant, "alice"));

const bob = { email: "bob@example.test", password: "bob-password-1" };
const alice = { email: "alice@example.test", password: "alice-password-1" };
const personOf = (username: string) => service.tenant.state.users.get(service.userId(username));
const login = async (credentials = bob) =>
  tokenOf(await sdkOf(service, "jwt").auth.login("customer", "emailpass", credentials));
const withToken = (token: string) => ({ authorization: `Bearer ${token}` });
const statusOf = async (method: string, path: string, body?: unknown, headers?: Record<string, string>) => {
  const answer = await service.anonymous(method, `/medusa${path}`, body, {
    "content-type": "application/json",
    ...headers,
  });
  expect(answer.status === 409 || answer.status >= 500).toBe(false);
  return answer.status;
};

test("MEDUSA_ID_KEY: the shop's own id is the id, which people cannot change", async () => {
  personOf("bob").customData = { shopId: "cus_01" };
  const sdk = sdkOf(service, "jwt");
  const token = tokenOf(await sdk.auth.login("customer", "emailpass", bob));
  expect(decodeJwt(token)).toMatchObject({
    sub: service.userId("bob"),
    actor_id: "cus_01",
    app_metadata: { customer_id: "cus_01" },
  });
  expect((await sdk.store.customer.retrieve()).customer).toMatchObject({ id: "cus_01", metadata: {} });
  expect((await refusalOf(sdk.store.customer.update({ metadata: { shopId: "cus_02" } })))[0]).toBe(400);
  expect(personOf("bob").customData).toEqual({ shopId: "cus_01" });
  personOf("alice").customData = { shopId: "user_01" };
  const { medusa } = firstClient(service);
  await medusa.admin.auth.createSession(alice);
  expect((await medusa.admin.users.retrieve("user_01")).user.id).toBe("user_01");
});

test("forged and tampered tokens, and such as are for something else", async () => {
  const good = await login();
  const [head = "", body = "", signature = ""] = good.split(".");
  const changed = { ...decodeJwt(good), sub: service.userId("alice"), actor_id: service.userId("alice") };
  const { privateKey } = await generateKeyPair("ES256");
  const header = JSON.parse(Buffer.from(head, "base64url").toString());
  const bad = [
    `${head}.${Buffer.from(JSON.stringify(changed)).toString("base64url")}.${signature}`,
    `${Buffer.from('{"alg":"none"}').toString("base64url")}.${body}.`,
    await new SignJWT(changed).setProtectedHeader(header).sign(privateKey),
    await service.token("bob"),
    "garbage",
  ];
  for (const token of bad) {
    expect(await statusOf("GET", "/store/customers/me", undefined, withToken(token))).toBe(401);
    expect(await statusOf("POST", "/auth/token/refresh", undefined, withToken(token))).toBe(401);
    expect(await statusOf("POST", "/auth/session", undefined, withToken(token))).toBe(401);
    const update = { password: newPassword, email: bob.email };
    expect(await statusOf("POST", "/auth/customer/emailpass/update", update, withToken(token))).toBe(401);
  }
  expect(await statusOf("GET", "/store/customers/me", undefined, withToken(good))).toBe(200);
});

test("another's id, members that are not one's own to set, and unknown routes", async () => {
  const { access_token: token } = await firstClient(service).medusa.admin.auth.getToken(alice);
  const update = (id: string, body: object) => statusOf("POST", `/admin/users/${id}`, body, withToken(token));
  expect(await update(service.userId("bob"), { first_name: "X" })).toBe(404);
  for (const body of [{ role: "admin" }, { api_token: "x" }, { email: "x@example.test" }, { id: "x" }])
    expect(await update("me", body)).toBe(400);
  expect(await statusOf("POST", "/store/customers/me", { groups: [] }, withToken(await login()))).toBe(400);
  expect(await statusOf("GET", "/store/orders", undefined, withToken(token))).toBe(404);
  expect(personOf("bob").profile).toEqual({});
});

test("a deleted person is let in nowhere, and nobody learns that they were there", async () => {
  const sdk = sdkOf(service, "jwt");
  const wish = { email: "leaver@example.test", password: newPassword };
  service.tenant.state.signInExperience.signUp.identifiers = ["email"];
  await sdk.auth.register("customer", "emailpass", wish);
  tokenOf(await sdk.auth.login("customer", "emailpass", wish));
  const leaver = service.tenant.state.users.list().find(({ primaryEmail }) => primaryEmail === wish.email);
  service.tenant.state.users.remove(leaver?.id ?? "");
  service.platform.advance(16_000);
  expect((await refusalOf(sdk.store.customer.retrieve()))[0]).toBe(401);
  expect((await refusalOf(sdk.auth.refresh()))[0]).toBe(401);
  expect(await refusalOf(sdk.auth.login("customer", "emailpass", wish))).toEqual([
    401,
    "Invalid email or password",
  ]);
});

test("the keys follow one another, each published before it signs", async () => {
  const kidsAt = async () => {
    const { body } = await service.anonymous("GET", "/medusa/.well-known/jwks.json");
    return body.keys.map(({ kid, d }: { kid: string; d?: string }) => [kid, d]);
  };
  const kidOf = (token: string) =>
    JSON.parse(Buffer.from(token.split(".")[0] ?? "", "base64url").toString()).kid;
  const [[first] = []] = await kidsAt();
  service.platform.advance(340 * 24 * 3_600_000);
  await kidsAt();
  const ahead = await kidsAt();
  expect(ahead).toHaveLength(2);
  expect(ahead.every(([, d]: unknown[]) => d === undefined)).toBe(true);
  expect(kidOf(await login())).toBe(first);
  service.platform.advance(26 * 24 * 3_600_000);
  const next = await login();
  expect(kidOf(next)).not.toBe(first);
  expect(await statusOf("GET", "/store/customers/me", undefined, withToken(next))).toBe(200);
});

describe("pages", () => {
  const post = (headers: Record<string, string>) => statusOf("POST", "/store/auth", bob, headers);

  test("a form post, another type, an origin that is not listed, one that is", async () => {
    expect(await post({ "content-type": "application/x-www-form-urlencoded" })).toBe(400);
    expect(await post({ "content-type": "multipart/form-data" })).toBe(400);
    for (const origin of ["null", "https://evil.example", "https://shop.example.test.evil.example"])
      expect(await post({ origin })).toBe(403);
    expect(await post({ origin: shop })).toBe(200);
  });

  test("of a listed origin may send cookies and every header that they ask for", async () => {
    const asked = {
      "access-control-request-method": "POST",
      "access-control-request-headers": "x-medusa-locale, x-own",
    };
    const preflight = await service.anonymous("OPTIONS", "/medusa/store/auth", undefined, {
      origin: shop,
      ...asked,
    });
    expect(preflight.headers.get("access-control-allow-credentials")).toBe("true");
    expect(preflight.headers.get("access-control-allow-headers")).toBe("x-medusa-locale, x-own");
    const elsewhere = await service.anonymous("OPTIONS", "/medusa/store/auth", undefined, {
      origin: "https://evil.example",
      ...asked,
    });
    expect(elsewhere.headers.get("access-control-allow-origin")).toBeNull();
    const me = await service.anonymous("OPTIONS", "/me", undefined, { origin: shop, ...asked });
    expect(me.headers.get("access-control-allow-credentials")).toBeNull();
  });
});

test("the first client with three retries sends each refused request once", async () => {
  const { medusa, sent } = firstClient(service, 3);
  const calls = [
    () => medusa.admin.auth.getSession(),
    () => medusa.admin.auth.createSession({ ...alice, password: "wrong" }),
    () => medusa.admin.auth.createSession(bob),
    () => medusa.customers.retrieve(),
    () => medusa.customers.create({ ...bob, password: newPassword, first_name: "B", last_name: "B" }),
    () => medusa.customers.create({ ...bob, password: "short", first_name: "B", last_name: "B" }),
    () => medusa.customers.resetPassword({ email: bob.email, token: "123456", password: newPassword }),
    () => medusa.admin.users.resetPassword({ token: "123456", password: newPassword }),
  ];
  for (const call of calls) await expect(call()).rejects.toThrow("status 4");
  expect(sent.statuses).toEqual([401, 401, 401, 401, 422, 400, 401, 400]);
});
