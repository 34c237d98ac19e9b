/**
 * The core of cookie sessions on every runtime: sign in, read, change, sign in again, sign out, Logto's own logout; and
 * the sessions of Medusa's clients.
 */
import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { Tenant } from "../../dev/tenant/tenant.ts";
import {
  publicUrl,
  ServiceBrowser,
  sessionEnvironment,
  signedInBrowser,
  startWebTenant,
} from "../support/browser-session.ts";
import { useShared } from "../support/fixtures.ts";
import { browserOf, firstClient, makeStaff, refusalOf, sdkOf } from "../support/medusa.ts";
import { startService } from "../support/service.ts";
import { startWorker } from "../support/worker.ts";

type Started = { url: string; tenant: Tenant; close(): Promise<unknown> };

const runtimes: Record<
  string,
  (tenant: Tenant, environment: Record<string, string>) => Promise<Omit<Started, "tenant">>
> = {
  Node: (tenant, environment) => startService({ tenant, environment }),
  workerd: startWorker,
};

describe.each(Object.entries(runtimes))("on %s", (_name, start) => {
  const service = useShared<Started>(
    async () => {
      const tenant = await startWebTenant();
      const { url, close } = await start(tenant, {
        ...sessionEnvironment(tenant),
        MEDUSA_ACTORS: "customer,user:shop-staff",
      });
      const stop = () => close().then(() => tenant.close());
      return { url, tenant, close: stop };
    },
    (started) => started.close(),
  );

  test("somebody signs in, changes their name, proves who they are, and signs out", async () => {
    const browser = new ServiceBrowser(service);
    const back = await browser.signIn("alice", { returnTo: "/account" });
    expect([back.status, back.headers.get("location")]).toEqual([303, `${publicUrl}/account`]);
    expect((await browser.call("PATCH", "/me", { name: "Alice of the cookie" })).body.name).toBe(
      "Alice of the cookie",
    );
    expect((await browser.send("/me")).body.code).toBe("csrf");

    const reveal = () => browser.call("POST", "/me/business/reveal", { fields: ["ssn"] });
    expect((await reveal()).body.methods).toContain("sign_in");
    expect((await browser.signIn("alice", { reauthenticate: "true" })).status).toBe(303);
    expect((await reveal()).status).toBe(200);

    const { id = "" } = browser;
    expect((await browser.call("POST", "/session/sign-out")).body.redirectTo).toContain("/oidc/session/end?");
    browser.cookies.set("__Host-profile-session", id);
    expect((await browser.call("GET", "/me")).status).toBe(401);
  });

  test("a callback that is opened twice at once begins one session", async () => {
    const browser = new ServiceBrowser(service);
    const callback = await browser.pass(await browser.depart(), "bob");
    const answers = await Promise.all([browser.open(callback), browser.open(callback)]);
    expect(answers.every(({ status }) => [303, 400].includes(status))).toBe(true);
    expect((await browser.call("GET", "/me")).body.username).toBe("bob");
  });

  test("Logto's logout token ends the session", async () => {
    const browser = await signedInBrowser(service, "carol");
    const { issuer, web, users } = service.tenant.description;
    const iat = Math.floor(Date.now() / 1000);
    const token = await service.tenant.sign(
      {
        ...{ iss: issuer, aud: web.appId, iat, exp: iat + 120, jti: randomUUID() },
        sub: users.find(({ username }) => username === "carol")?.id ?? "",
        events: { "http://schemas.openid.net/event/backchannel-logout": {} },
      },
      { typ: "logout+jwt" },
    );
    const told = await browser.send("/session/backchannel-logout", {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams({ logout_token: token }).toString(),
    });
    expect(told.status).toBe(204);
    expect((await browser.call("GET", "/session")).body).toEqual({ authenticated: false });
  });

  test("Medusa's clients sign in, read, refresh and sign out, side by side and with tokens", async () => {
    makeStaff(service.tenant, "alice");
    const alice = { email: "alice@example.test", password: "alice-password-1" };
    const { medusa } = firstClient(service);
    await medusa.admin.auth.createSession(alice);
    await medusa.auth.authenticate(alice);
    expect((await medusa.admin.auth.getSession()).user.email).toBe(alice.email);
    await medusa.admin.auth.deleteSession();
    await expect(medusa.admin.auth.getSession()).rejects.toThrow("status 401");
    expect((await medusa.auth.getSession()).customer.email).toBe(alice.email);
    for (const sdk of [sdkOf(service, "jwt"), browserOf(service).sdk]) {
      await sdk.auth.login("user", "emailpass", alice);
      expect((await sdk.admin.user.me()).user.email).toBe(alice.email);
      await sdk.auth.refresh();
      await sdk.auth.logout();
      expect((await refusalOf(sdk.admin.user.me()))[0]).toBe(401);
    }
  });
});
