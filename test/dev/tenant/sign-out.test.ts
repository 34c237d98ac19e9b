import { decodeJwt, decodeProtectedHeader } from "jose";
import { describe, expect, test } from "vitest";
import { startTenant } from "../../../dev/tenant/start-tenant.ts";
import { useShared } from "../../support/fixtures.ts";
import { Receiver } from "./receiver.ts";
import { SignInFlow } from "./sign-in-flow.ts";

describe("signing out in the browser", () => {
  const receiver = useShared(Receiver.start, (started) => started.close());
  const tenant = useShared(
    () => {
      const backchannelLogoutUri = `${receiver.url}/backchannel-logout`;
      const apiResource = "http://localhost:3000/api";
      return startTenant({ port: 0, apiResource, backchannelLogoutUri, passwordCost: 64 });
    },
    (started) => started.close(),
  );

  test("ends the session and tells the web application over the back channel", async () => {
    const { web, users } = tenant.description;
    const flow = new SignInFlow(tenant);
    await flow.authorize();
    await flow.start();
    await flow.verify({ type: "email", value: "carol@example.test", password: "carol-password-1" });
    await flow.identify();
    await flow.submit();
    await flow.finish();
    expect(tenant.state.oidc.list("Session")).toHaveLength(1);

    const home = new URL("/", web.redirectUri).href;
    const query = new URLSearchParams({ client_id: web.appId, post_logout_redirect_uri: home });
    const page = await (await flow.browser.call("GET", `/oidc/session/end?${query}`)).text();
    const xsrf = /name="xsrf" value="([^"]+)"/.exec(page)?.[1] ?? "";
    const done = await flow.browser.post("/oidc/session/end/confirm", { xsrf, logout: "yes" });

    expect(done.headers.get("location")).toBe(home);
    expect(tenant.state.oidc.list("Session")).toEqual([]);
    expect(receiver.deliveries()).toHaveLength(1);
    const [delivery] = receiver.deliveries();
    const token = new URLSearchParams(delivery?.body).get("logout_token") ?? "";
    expect(decodeProtectedHeader(token)).toMatchObject({ alg: "ES384", typ: "logout+jwt" });
    const carol = users.find(({ username }) => username === "carol");
    expect(decodeJwt(token)).toMatchObject({ aud: web.appId, sub: carol?.id, sid: expect.any(String) });
  });
});
