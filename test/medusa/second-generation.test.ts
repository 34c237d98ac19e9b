/** `@medusajs/js-sdk` as it comes from npm, with tokens and in session mode. */
import { createRemoteJWKSet, decodeJwt, jwtVerify } from "jose";
import { beforeAll, describe, expect, test } from "vitest";
import { eventually } from "../support/instances.ts";
import { browserOf, makeStaff, refusalOf, sdkOf, useMedusaService } from "../support/medusa.ts";

const service = useMedusaService();
beforeAll(() => makeStaff(service.tenant, "alice"));

const alice = { email: "alice@example.test", password: "alice-password-1" };
const bob = { email: "bob@example.test", password: "bob-password-1" };
const carol = { email: "carol@example.test", password: "carol-password-1" };

describe.each(["jwt", "session"] as const)("in %s mode", (mode) => {
  test("a customer logs in, reads and changes their profile, refreshes and logs out", async () => {
    const sdk = sdkOf(service, mode);
    const token = await sdk.auth.login("customer", "emailpass", bob);
    expect(decodeJwt(String(token))).toMatchObject({
      actor_id: service.userId("bob"),
      actor_type: "customer",
      auth_provider: "emailpass",
      app_metadata: { customer_id: service.userId("bob") },
      user_metadata: { email: bob.email },
    });
    const { customer } = await sdk.store.customer.retrieve({ fields: "*orders,+metadata" });
    expect(customer).toMatchObject({ id: service.userId("bob"), email: bob.email, addresses: [] });
    const { customer: changed } = await sdk.store.customer.update({ first_name: mode, phone: "555-0101" });
    expect(changed).toMatchObject({ first_name: mode, phone: "555-0101" });
    const { customer: emptied } = await sdk.store.customer.update(Object({ first_name: null, phone: null }));
    expect(emptied).toMatchObject({ first_name: null, phone: "12025550112" });
    const { token: second } = await sdk.auth.refresh();
    expect(decodeJwt(second)).toMatchObject({ actor_id: service.userId("bob"), actor_type: "customer" });
    await sdk.auth.logout();
    expect((await refusalOf(sdk.store.customer.retrieve()))[0]).toBe(401);
    expect((await refusalOf(sdk.auth.refresh()))[0]).toBe(401);
  });

  test("a user logs in, reads and changes their profile", async () => {
    const sdk = sdkOf(service, mode);
    await sdk.auth.login("user", "emailpass", alice);
    const { user } = await sdk.admin.user.me();
    expect(user).toMatchObject({ id: service.userId("alice"), email: alice.email });
    expect((await sdk.admin.user.retrieve(user.id)).user.email).toBe(alice.email);
    const avatar_url = "https://img.example.test/alice.png";
    expect((await sdk.admin.user.update(user.id, { avatar_url })).user).toMatchObject({ avatar_url });
    expect((await refusalOf(sdk.admin.user.retrieve(service.userId("bob"))))[0]).toBe(404);
    expect((await refusalOf(sdk.store.customer.retrieve()))[0]).toBe(401);
  });

  test("somebody without the role gets a token that opens nothing", async () => {
    const sdk = sdkOf(service, mode);
    const token = String(await sdk.auth.login("user", "emailpass", bob));
    expect(decodeJwt(token)).toMatchObject({ actor_id: "" });
    expect(decodeJwt(token).scope).toBeUndefined();
    expect((await refusalOf(sdk.admin.user.me()))[0]).toBe(401);
    const me = await service.anonymous("GET", "/me", undefined, { authorization: `Bearer ${token}` });
    expect([me.status, me.body.code]).toEqual([403, "insufficient_scope"]);
  });
});

test("wrong passwords, unknown actors and providers are refused", async () => {
  const sdk = sdkOf(service, "jwt");
  const wrong = { email: carol.email, password: "wrong" };
  expect(await refusalOf(sdk.auth.login("customer", "emailpass", wrong))).toEqual([
    401,
    "Invalid email or password",
  ]);
  expect((await refusalOf(sdk.auth.login("vendor", "emailpass", bob)))[0]).toBe(400);
  expect((await refusalOf(sdk.auth.login("customer", "github", bob)))[0]).toBe(400);
});

test("tokens can be verified with the published keys", async () => {
  const token = String(await sdkOf(service, "jwt").auth.login("customer", "emailpass", bob));
  const keys = createRemoteJWKSet(new URL(`${service.url}/medusa/.well-known/jwks.json`));
  const { payload, protectedHeader } = await jwtVerify(token, keys, {
    issuer: `${service.config.publicUrl}/medusa`,
    audience: service.config.apiResource,
    algorithms: ["ES256"],
    currentDate: new Date(service.platform.now()),
  });
  expect([payload.sub, protectedHeader.typ]).toEqual([service.userId("bob"), "at+jwt"]);
  const [head = "", body = "", signature = ""] = token.split(".");
  const forged = [head, body, signature.split("").toReversed().join("")].join(".");
  const me = await service.anonymous("GET", "/me", undefined, { authorization: `Bearer ${forged}` });
  expect([me.status, me.body.code]).toEqual([401, "invalid_token"]);
});

test("a new password ends what was begun before, and what is about to begin", async () => {
  const sdk = sdkOf(service, "jwt");
  await sdk.auth.login("customer", "emailpass", carol);
  const browser = sdkOf(service, "session");
  await browser.auth.login("customer", "emailpass", carol);
  // Logto has issued tokens for a third sign-in, whose answer is still on its way.
  const { promise: closed, resolve: open } = Promise.withResolvers<void>();
  const path = /^\/oidc\/token$/;
  service.tenant.faults.add({ match: { method: "POST", path, times: 1 }, answerGate: closed });
  service.tenant.requests.clear();
  const late = refusalOf(sdkOf(service, "jwt").auth.login("customer", "emailpass", carol));
  await eventually(() => service.tenant.requests.count("POST", path) > 0);
  const { body } = await service.as("carol")("POST", "/me/password/verify", { password: carol.password });
  const proof = { "verification-id": String(body.verificationId) };
  const password = "vivid-Maple-orbit-83";
  expect((await service.as("carol")("PATCH", "/me/password", { password }, proof)).status).toBe(200);
  open();
  expect((await late)[0]).toBe(401);
  expect((await refusalOf(sdk.auth.refresh()))[0]).toBe(401);
  expect((await refusalOf(browser.store.customer.retrieve()))[0]).toBe(401);
});

test("a suspended person is let in nowhere", async () => {
  const person = service.tenant.state.users.get(service.userId("bob"));
  const sdk = sdkOf(service, "jwt");
  await sdk.auth.login("customer", "emailpass", bob);
  person.isSuspended = true;
  try {
    expect((await refusalOf(sdk.auth.refresh()))[0]).toBe(401);
    expect(await refusalOf(sdkOf(service, "jwt").auth.login("customer", "emailpass", bob))).toEqual([
      401,
      "Invalid email or password",
    ]);
  } finally {
    person.isSuspended = false;
  }
});

describe("pages", () => {
  const post = (headers: Record<string, string>, body: unknown = bob) =>
    service.anonymous("POST", "/medusa/store/auth", body, headers);

  test("of other origins get nowhere, and no form does", async () => {
    const evil = await post({ origin: "https://evil.example" });
    expect([evil.status, evil.body]).toMatchObject([403, { type: "forbidden" }]);
    expect(evil.headers.get("set-cookie")).toBeNull();
    expect((await post({ "sec-fetch-site": "cross-site" })).status).toBe(403);
    expect((await post({ "content-type": "text/plain" })).status).toBe(400);
  });

  test("with the cookie of one person and the token of another are refused", async () => {
    const browser = browserOf(service);
    await browser.sdk.auth.login("customer", "emailpass", bob);
    const token = String(await sdkOf(service, "jwt").auth.login("user", "emailpass", alice));
    const answer = await service.anonymous("GET", "/medusa/admin/users/me", undefined, {
      authorization: `Bearer ${token}`,
      cookie: browser.cookie() ?? "",
    });
    expect(answer.status).toBe(400);
  });

  test("that ask for what is not there are told so in Medusa's words", async () => {
    const { status, body } = await service.anonymous("GET", "/medusa/store/carts");
    expect([status, body]).toEqual([
      404,
      { code: "not_found", type: "not_found", message: "There is nothing here" },
    ]);
  });
});
