import { describe, expect, test } from "vitest";
import { startTenant } from "../../../dev/tenant/start-tenant.ts";
import { useShared } from "../../support/fixtures.ts";
import { SignInFlow } from "./sign-in-flow.ts";

const backchannelLogoutUri = "http://localhost:3000/session/backchannel-logout";

describe("the seeded tenant", () => {
  const tenant = useShared(
    () => {
      const apiResource = "http://localhost:3000";
      return startTenant({ port: 0, apiResource, backchannelLogoutUri, passwordCost: 64 });
    },
    (started) => started.close(),
  );

  const authorize = (params: Record<string, string>) => new SignInFlow(tenant).authorize(params);

  test("has three users with a password, an e-mail and a phone, and one with an e-mail only", () => {
    const named = (username: string, phone: string) => ({
      id: expect.any(String),
      username,
      password: `${username}-password-1`,
      primaryEmail: `${username}@example.test`,
      primaryPhone: phone,
    });
    expect(tenant.description.users).toEqual([
      named("alice", "12025550111"),
      named("bob", "12025550112"),
      named("carol", "12025550113"),
      { ...named("dave", ""), password: null, primaryPhone: null },
    ]);
  });

  test("has a confidential web application for the cookie session", () => {
    const { web } = tenant.description;
    const redirectUri = "http://localhost:3000/session/callback";
    expect(web).toEqual({ appId: expect.any(String), appSecret: expect.any(String), redirectUri });
    expect(tenant.state.applications.get(web.appId)).toMatchObject({
      type: "Traditional",
      oidcClientMetadata: {
        redirectUris: [redirectUri],
        postLogoutRedirectUris: ["http://localhost:3000", "http://localhost:3000/"],
        backchannelLogoutUri,
        backchannelLogoutSessionRequired: true,
      },
    });
  });

  test.each(["http://localhost:5173/callback", "http://127.0.0.1:8080/", "http://[::1]:4000/a/b?c=d"])(
    "lets the single-page application return to %s",
    async (uri) => {
      const { spa } = tenant.description;
      const response = await authorize({ client_id: spa.appId, redirect_uri: uri });
      expect([response.status, response.headers.get("location")]).toEqual([
        303,
        `/sign-in?app_id=${spa.appId}`,
      ]);
      const query = new URLSearchParams({ client_id: spa.appId, post_logout_redirect_uri: uri });
      const signOut = await new SignInFlow(tenant).browser.call("GET", `/oidc/session/end?${query}`);
      expect(signOut.status).toBe(200);
    },
  );

  test.each([
    ["spa", "https://localhost.example.test/callback"],
    ["spa", "http://192.168.0.1/callback"],
    ["spa", "not an address"],
    ["web", "http://localhost:5173/callback"],
  ] as const)("does not let %s return to %s", async (name, uri) => {
    const { appId } = tenant.description[name];
    expect((await authorize({ client_id: appId, redirect_uri: uri })).status).toBe(400);
  });

  test("answers the single-page application on every loopback origin", async () => {
    const { issuer, spa } = tenant.description;
    const allowed = async (origin: string) => {
      const body = new URLSearchParams({
        grant_type: "refresh_token",
        client_id: spa.appId,
        refresh_token: "x",
      });
      const response = await fetch(`${issuer}/token`, { method: "POST", headers: { origin }, body });
      return response.headers.get("access-control-allow-origin");
    };
    expect(await allowed("http://localhost:5173")).toBe("http://localhost:5173");
    expect(await allowed("https://evil.example.test")).toBeNull();
  });
});
