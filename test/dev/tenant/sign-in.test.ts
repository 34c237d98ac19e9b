import { decodeJwt } from "jose";
import { beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import { useShared } from "../../support/fixtures.ts";
import { authorization } from "./credentials.ts";
import { Replay } from "./replay.ts";
import { SignInFlow } from "./sign-in-flow.ts";

const tokensSchema = z.object({
  access_token: z.string(),
  refresh_token: z.string(),
  id_token: z.string(),
  scope: z.string(),
});
const alice = { type: "username", value: "alice", password: "alice-password-1" } as const;

describe("signing in without a browser", () => {
  const replay = useShared(Replay.start, (started) => started.close());

  beforeAll(() => replay.reset());

  async function token(form: Record<string, string>): Promise<Response> {
    const headers = await authorization(replay, "basic:web");
    const body = new URLSearchParams(form);
    return fetch(`${replay.tenant.description.issuer}/token`, { method: "POST", headers, body });
  }

  async function signIn() {
    const { web, apiResource } = replay.tenant.description;
    const flow = new SignInFlow(replay.tenant);
    const answers = [await flow.authorize()];
    await flow.start();
    answers.push(await flow.verify(alice), await flow.identify(), await flow.submit());
    const code = await flow.finish();
    const exchange = await token({
      grant_type: "authorization_code",
      code,
      redirect_uri: web.redirectUri,
      code_verifier: flow.verifier,
      resource: apiResource,
    });
    return {
      statuses: answers.map(({ status }) => status),
      tokens: tokensSchema.parse(await exchange.json()),
    };
  }

  test("takes nine calls and gives a token for the API, an ID token and a refresh token", async () => {
    const { requests, description } = replay.tenant;
    requests.clear();
    const { statuses, tokens } = await signIn();
    expect(requests.all()).toHaveLength(9);
    expect(statuses).toEqual([303, 200, 204, 200]);
    const sub = replay.placeholders.get("alice");
    const { iss, aud, client_id, scope } = decodeJwt(tokens.access_token);
    expect({ iss, aud, client_id, scope }).toEqual({
      iss: description.issuer,
      aud: description.apiResource,
      client_id: description.web.appId,
      scope: "profile:read profile:write",
    });
    expect(decodeJwt(tokens.id_token)).toMatchObject({ sub, username: "alice", sid: expect.any(String) });
  });

  test("refreshes with the same refresh token while it is young", async () => {
    const { tokens } = await signIn();
    const { apiResource: resource } = replay.tenant.description;
    const form = { grant_type: "refresh_token", refresh_token: tokens.refresh_token, resource };
    const answers = await Promise.all(Array.from({ length: 5 }, () => token(form)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    expect(tokensSchema.parse(await answers[0]?.json()).refresh_token).toBe(tokens.refresh_token);
  });

  test("rotates the refresh token when asked to, with a moment of grace for the old one", async () => {
    replay.tenant.settings.refreshTokenRotation = "always";
    const { tokens } = await signIn();
    const form = { grant_type: "refresh_token", refresh_token: tokens.refresh_token };
    const rotated = tokensSchema.parse(await (await token(form)).json());
    expect(rotated.refresh_token).not.toBe(tokens.refresh_token);
    expect((await token(form)).status).toBe(200);
    replay.tenant.settings.refreshTokenRotation = "late";
  });

  test("keeps refresh tokens through a change of password, and ends them with a suspension", async () => {
    const { tokens } = await signIn();
    const { endpoint } = replay.tenant.description;
    const path = `${endpoint}/api/users/${replay.placeholders.get("alice")}`;
    const headers = { ...(await authorization(replay, "management")), "content-type": "application/json" };
    const form = { grant_type: "refresh_token", refresh_token: tokens.refresh_token };
    const password = JSON.stringify({ password: "alice-password-1" });
    await fetch(`${path}/password`, { method: "PATCH", headers, body: password });
    expect((await token(form)).status).toBe(200);
    const body = JSON.stringify({ isSuspended: true });
    await fetch(`${path}/is-suspended`, { method: "PATCH", headers, body });
    expect((await token(form)).status).toBe(400);
  });

  test("serves a sign-in page without a script, in the language that the application asks for", async () => {
    const response = await fetch(`${replay.tenant.description.endpoint}/sign-in?ui_locales=fr-CA%20ar`);
    const html = await response.text();
    expect(response.headers.get("content-type")).toMatch("text/html");
    expect(response.headers.get("content-security-policy")).not.toContain("script-src");
    expect(html).toContain('<html lang="ar" dir="rtl">');
    expect(html).not.toContain("<script");
  });

  test("takes the form of that page, and says in it what is wrong", async () => {
    await replay.reset();
    const flow = new SignInFlow(replay.tenant);
    const page = (await flow.authorize()).headers.get("location") ?? "";
    const send = (form: Record<string, string>) => flow.browser.post(page, form);
    const wrong = await send({ identifier: "<alice>", password: "no" });
    expect(wrong.status).toBe(422);
    expect(await wrong.text()).toMatch(/role="alert">No account has this name.*value="&lt;alice&gt;"/s);
    const right = await send({ identifier: "alice", password: "alice-password-1" });
    expect(right.status).toBe(303);
    expect(right.headers.get("location")).toContain("/oidc/auth/");
  });
});
