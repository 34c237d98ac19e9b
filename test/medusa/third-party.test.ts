/** Sign-in on Logto's page, by `@medusajs/js-sdk`: `logto`, a social provider, and a second factor. */
import { decodeJwt } from "jose";
import { beforeAll, expect, test } from "vitest";
import { Browser } from "../dev/tenant/browser.ts";
import { ServiceBrowser } from "../support/browser-session.ts";
import { firstClient, refusalOf, sdkOf, tokenOf, useMedusaService } from "../support/medusa.ts";

const shopPage = "https://shop.example.test/callback?from=login";
const otherPage = "https://shop.example.test/other";
const service = useMedusaService({ MEDUSA_CALLBACK_URLS: `${shopPage}, ${otherPage}` });
beforeAll(() => {
  const { state, description } = service.tenant;
  const { redirectUris } = state.applications.get(description.web.appId).oidcClientMetadata;
  redirectUris.push(shopPage, otherPage);
  state.signInExperience.socialSignInConnectorTargets = ["mock-social"];
  state.signInExperience.signUp.identifiers = ["email"];
  // The people of the tenant were there long before.
  service.platform.advance(60_000);
});

type Sdk = ReturnType<typeof sdkOf>;
/** What a login answers that leads elsewhere. */
const locationOf = async (sdk: Sdk, provider: string, body: object = {}) => {
  const answer = await sdk.auth.login("customer", provider, body);
  if (typeof answer === "string" || !("location" in answer)) throw new Error("the login leads nowhere");
  return answer.location;
};
const queryOf = (url: string) => Object.fromEntries(new URL(url).searchParams);
const atLogto = (location: string, username: string) => new ServiceBrowser(service).pass(location, username);

/** The provider's pages, for whoever has an address there. @returns the page of the shop, with its query. */
async function atProvider(location: string, email: string): Promise<string> {
  const browser = new Browser(service.tenant.description.endpoint);
  const direct = await browser.follow(location);
  expect(direct).toMatch(/^\/direct\/social\/mock-social\?/);
  const call = async (method: string, path: string, body?: unknown) => {
    const response = await browser.call(method, `/api/experience${path}`, body);
    const text = await response.text();
    return { status: response.status, body: text.startsWith("{") ? JSON.parse(text) : {} };
  };
  await call("PUT", "", { interactionEvent: "SignIn" });
  const path = "/verification/social/devsocial001";
  const sent = { state: "s", redirectUri: "http://localhost/callback/devsocial001" };
  const { verificationId } = (await call("POST", `${path}/authorization-uri`, sent)).body;
  const connectorData = { code: "c", userId: email, email };
  await call("POST", `${path}/verify`, { verificationId, connectorData });
  if ((await call("POST", "/identification", { verificationId })).status === 404) {
    await call("PUT", "/interaction-event", { interactionEvent: "Register" });
    await call("POST", "/identification", { verificationId });
  }
  let next = new URL((await call("POST", "/submit")).body.redirectTo);
  while (next.origin === service.tenant.description.endpoint)
    next = new URL(await browser.follow(next.href), next);
  return next.href;
}

test("logto: somebody known comes back signed in, once", async () => {
  const sdk = sdkOf(service, "jwt");
  const location = await locationOf(sdk, "logto");
  expect(new URL(location).searchParams.get("redirect_uri")).toBe(shopPage);
  const back = await atLogto(location, "bob");
  expect(back.startsWith(shopPage.split("?")[0] ?? "")).toBe(true);
  const token = tokenOf(await sdk.auth.callback("customer", "logto", queryOf(back)));
  expect(decodeJwt(token)).toMatchObject({ actor_id: service.userId("bob"), auth_provider: "logto" });
  expect((await sdk.store.customer.retrieve()).customer.email).toBe("bob@example.test");
  expect(decodeJwt(tokenOf(await sdk.auth.refresh()))).toMatchObject({ actor_id: service.userId("bob") });
  expect((await refusalOf(sdk.auth.callback("customer", "logto", queryOf(back))))[0]).toBe(401);
});

test("a social provider: a newcomer creates the customer and refreshes, and comes back as one", async () => {
  const email = "social@example.test";
  const sdk = sdkOf(service, "jwt");
  const location = await locationOf(sdk, "mock-social", { callback_url: otherPage });
  const params = new URL(location).searchParams;
  expect([params.get("redirect_uri"), params.get("direct_sign_in")]).toEqual([
    otherPage,
    "social:mock-social",
  ]);
  const back = await atProvider(location, email);
  const token = tokenOf(await sdk.auth.callback("customer", "mock-social", queryOf(back)));
  expect(decodeJwt(token)).toMatchObject({ actor_id: "", user_metadata: { email } });
  expect((await refusalOf(sdk.store.customer.retrieve()))[0]).toBe(401);
  const { customer } = await sdk.store.customer.create({ email, first_name: "So" });
  expect(decodeJwt(tokenOf(await sdk.auth.refresh()))).toMatchObject({ actor_id: customer.id });
  expect((await sdk.store.customer.retrieve()).customer.first_name).toBe("So");

  service.platform.advance(5 * 60_000);
  const later = sdkOf(service, "jwt");
  const again = await atProvider(await locationOf(later, "mock-social"), email);
  const known = tokenOf(await later.auth.callback("customer", "mock-social", queryOf(again)));
  expect(decodeJwt(known)).toMatchObject({ actor_id: customer.id, auth_provider: "mock-social" });
});

test("a second factor takes the page of Logto: a location, or 401 for the first generation", async () => {
  const person = service.tenant.state.users.get(service.userId("carol"));
  const credentials = { email: "carol@example.test", password: "carol-password-1" };
  const factor = {
    id: "totp",
    createdAt: new Date().toISOString(),
    type: "Totp" as const,
    secret: "A".repeat(32),
  };
  const { mfa } = service.tenant.state.signInExperience;
  person.mfa.push(factor);
  mfa.factors = ["Totp"];
  try {
    const sdk = sdkOf(service, "jwt");
    const params = new URL(await locationOf(sdk, "emailpass", credentials)).searchParams;
    expect(params.get("login_hint")).toBe(credentials.email);
    expect((await refusalOf(sdk.auth.refresh()))[0]).toBe(401);
    await expect(firstClient(service, 3).medusa.auth.authenticate(credentials)).rejects.toThrow("status 401");
  } finally {
    person.mfa = [];
    mfa.factors = [];
  }
});

test("a state is good for its own actor and provider, for an hour, and with its code", async () => {
  const sdk = sdkOf(service, "jwt");
  const statusAt = async (actor: string, provider: string, query: Record<string, string>) =>
    (await refusalOf(sdk.auth.callback(actor, provider, query)))[0];
  const query = queryOf(await atLogto(await locationOf(sdk, "logto"), "bob"));
  expect(await statusAt("user", "logto", query)).toBe(401);
  expect(await statusAt("customer", "mock-social", query)).toBe(401);
  const { state = "", ...withoutState } = query;
  expect(await statusAt("customer", "logto", withoutState)).toBe(401);
  expect(await statusAt("customer", "logto", { state })).toBe(401);
  expect(await statusAt("customer", "logto", { ...query, state: `${state.slice(0, -2)}AA` })).toBe(401);
  const others = queryOf(await atLogto(await locationOf(sdk, "logto"), "carol"));
  expect(await statusAt("customer", "logto", { ...others, state })).toBe(401);
  service.platform.advance(3_601_000);
  expect(await statusAt("customer", "logto", others)).toBe(401);
});

test("unknown providers, actors and pages are told apart from wrong states", async () => {
  const sdk = sdkOf(service, "jwt");
  const refused = [
    () => sdk.auth.login("customer", "google", {}),
    () => sdk.auth.login("vendor", "logto", {}),
    () => sdk.auth.login("customer", "logto", { callback_url: "https://shop.example.test/callback" }),
    () => sdk.auth.login("customer", "logto", { callback_url: "https://evil.example/" }),
    () => sdk.auth.callback("customer", "google", { state: "s", code: "c" }),
    () => sdk.auth.callback("vendor", "logto", { state: "s", code: "c" }),
  ];
  for (const call of refused) expect((await refusalOf(call()))[0]).toBe(400);
});
