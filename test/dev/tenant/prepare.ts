import * as z from "zod";
import { defaultSettings } from "../../../dev/tenant/settings.ts";
import type { User } from "../../../dev/tenant/store/users.ts";
import { authorization, managementToken } from "./credentials.ts";
import type { Flow, FlowEvent, Given } from "./recorded-case.ts";
import type { Replay } from "./replay.ts";
import { SignInFlow } from "./sign-in-flow.ts";

const tokensSchema = z.looseObject({
  access_token: z.string().optional(),
  refresh_token: z.string().optional(),
  id_token: z.string().optional(),
});

/** Brings the tenant into the state that a recorded call was made in. @returns the sign-in, if there is one. */
export async function prepare(replay: Replay, given: Given): Promise<SignInFlow | undefined> {
  await replay.reset();
  applySettings(replay, given);
  await applyPeople(replay, given);
  prepareCodes(replay, given);
  await prepareTokens(replay);
  const flow = given.flow && (await signIn(replay, given.flow));
  await failSignIns(replay, given);
  if (given.event) await applyEvent(replay, given.event, flow);
  replay.clock.time += given.laterMs;
  return flow;
}

function applySettings({ tenant }: Replay, { settings }: Given): void {
  const { policy, passwordSignIn, ...rest } = settings;
  Object.assign(tenant.settings, defaultSettings(), rest);
  if (policy) Object.assign(tenant.settings, { passwordPolicy: policy });
  if (Array.isArray(passwordSignIn))
    Object.assign(tenant.settings, { passwordSignIn: new Set(passwordSignIn) });
}

async function applyPeople(replay: Replay, { users, others, missing, organization }: Given): Promise<void> {
  const { state } = replay.tenant;
  for (const [name, fields] of Object.entries(users)) {
    const user = state.users.find(replay.placeholders.get(name)) ?? (await replay.addPerson(name, {}, 9));
    await change(replay, user, fields);
  }
  for (const [index, fields] of others.entries()) {
    Object.assign(await replay.addPerson(`other${index}`, {}, 10 + index), fields);
  }
  for (const name of missing) state.users.remove(replay.placeholders.get(name));
  if (organization) {
    const userIds = new Set(organization.map((name) => replay.placeholders.get(name)));
    replay.placeholders.set("organization", "organization");
    state.organizations.insert({ id: "organization", name: "Acme", createdAt: 0, userIds });
  } else state.organizations.clear();
}

async function change(replay: Replay, user: User, fields: Record<string, unknown>): Promise<void> {
  const { password, roles, mfa, applicationId, ...columns } = fields;
  Object.assign(user, columns);
  if (typeof applicationId === "string") user.applicationId = replay.placeholders.resolveText(applicationId);
  if (password === null) user.passwordDigest = null;
  else if (typeof password === "string") user.passwordDigest ??= await replay.digest(password);
  if (Array.isArray(roles)) user.roleIds = new Set();
  if (!Array.isArray(mfa)) return;
  const createdAt = new Date(replay.clock.time).toISOString();
  const codes = Array.from({ length: 10 }, (_, index) => `code-${index}`);
  if (mfa.includes("totp")) user.mfa.push({ id: "totp", createdAt, type: "Totp" });
  if (mfa.includes("backup")) user.mfa.push({ id: "backup", createdAt, type: "BackupCode", codes });
  for (const { id } of user.mfa) replay.placeholders.set(id, id);
}

function prepareCodes(replay: Replay, { sent, wrongCodes }: Given): void {
  const { codes } = replay.tenant.state;
  for (const [to, times] of sent) {
    const messages = Array.from({ length: times }, () => codes.send(to, replay.clock.time, 10));
    replay.placeholders.set("firstCode", messages[0]?.code ?? "");
    replay.placeholders.set("code", messages.at(-1)?.code ?? "");
    for (let tries = 0; tries < wrongCodes; tries += 1) {
      try {
        codes.verify(to, "not a code", replay.clock.time, 600_000);
      } catch {
        // Every wrong try is refused and counted. Other cases check the refusal.
      }
    }
  }
}

async function prepareTokens(replay: Replay): Promise<void> {
  const { tenant, placeholders, clock } = replay;
  const { issuer, apiResource, m2m } = tenant.description;
  const userId = placeholders.get("alice");
  const { subjectTokens } = tenant.state;
  placeholders.set("subjectToken", subjectTokens.issue(userId, clock.time));
  const used = subjectTokens.issue(userId, clock.time);
  subjectTokens.use(used);
  placeholders.set("usedSubjectToken", used);
  placeholders.set("challenge", new SignInFlow(tenant).challenge);
  const claims = () => {
    const iat = Math.floor(Date.now() / 1000);
    const who = { sub: userId, client_id: m2m.appId, scope: "profile:read profile:write" };
    return { ...who, iss: issuer, aud: apiResource, iat, exp: iat + 3600 };
  };
  placeholders.set("apiToken", await replay.token("api", claims));
}

async function signIn(
  replay: Replay,
  { stage, as, by, params, after, also, restart }: Flow,
): Promise<SignInFlow> {
  const flow = new SignInFlow(replay.tenant);
  const { placeholders } = replay;
  if (after !== undefined) await throughStages(replay, flow, "coded", after, "username", {});
  const prompt = after === undefined ? {} : { prompt: "login consent" };
  await throughStages(replay, flow, stage, as, by, { ...prompt, ...params });
  if (also !== undefined) await flow.verify(credentials(replay, also, by));
  if (restart) {
    await flow.authorize();
    await flow.start();
  }
  placeholders.set("challenge", flow.challenge);
  placeholders.set("verifier", flow.verifier);
  placeholders.set("verificationId", flow.verificationId);
  placeholders.set("resumePath", flow.resumeUrl && new URL(flow.resumeUrl).pathname);
  return flow;
}

async function throughStages(
  replay: Replay,
  flow: SignInFlow,
  stage: Flow["stage"],
  name: string,
  by: Flow["by"],
  params: Flow["params"],
): Promise<void> {
  const steps: [Flow["stage"], () => Promise<unknown>][] = [
    ["auth", () => flow.authorize(params)],
    ["started", () => flow.start()],
    ["verified", () => flow.verify(credentials(replay, name, by))],
    ["identified", () => flow.identify()],
    ["submitted", () => flow.submit()],
    ["consented", () => (stage === "consented" ? flow.consent() : Promise.resolve())],
    ["coded", async () => replay.placeholders.set("authorizationCode", await flow.finish())],
    ["signedIn", () => takeTokens(replay, flow, name)],
  ];
  for (const [step, take] of steps) {
    await take();
    if (step === stage) return;
  }
}

function credentials(replay: Replay, name: string, type: Flow["by"]) {
  return { type, value: replay.identifierOf(name, type), password: replay.passwordOf(name) };
}

async function takeTokens(replay: Replay, flow: SignInFlow, name: string): Promise<void> {
  const { placeholders, tenant } = replay;
  const { web, apiResource } = tenant.description;
  const exchange = { grant_type: "authorization_code", code: placeholders.get("authorizationCode") };
  const tokens = await token(replay, {
    ...exchange,
    redirect_uri: web.redirectUri,
    code_verifier: flow.verifier,
  });
  placeholders.set("refreshToken", tokens.refresh_token ?? "");
  placeholders.set("accessToken", tokens.access_token ?? "");
  placeholders.set("idToken", tokens.id_token ?? "");
  const refresh = {
    grant_type: "refresh_token",
    refresh_token: tokens.refresh_token ?? "",
    resource: apiResource,
  };
  placeholders.set("apiToken", (await token(replay, refresh)).access_token ?? "");
  const [session] = tenant.state.oidc
    .list("Session")
    .filter(({ accountId }) => accountId === placeholders.get(name));
  placeholders.set("session", session?.uid ?? "");
  placeholders.set("grant", session?.authorizations?.[web.appId]?.grantId ?? "");
}

async function token(replay: Replay, form: Record<string, string>) {
  const headers = await authorization(replay, "basic:web");
  const body = new URLSearchParams(form);
  const response = await fetch(`${replay.tenant.description.issuer}/token`, {
    method: "POST",
    headers,
    body,
  });
  return tokensSchema.parse(await response.json());
}

async function failSignIns(replay: Replay, { failures }: Given): Promise<void> {
  for (const [type, value, times] of failures) {
    const flow = new SignInFlow(replay.tenant);
    await flow.authorize();
    await flow.start();
    const by = type === "email" || type === "phone" ? type : "username";
    for (let tries = 0; tries < times; tries += 1) await flow.verify({ type: by, value, password: "wrong" });
  }
}

async function applyEvent(replay: Replay, event: FlowEvent, flow: SignInFlow | undefined): Promise<void> {
  const { suspend, revoke, expire, call, endSession } = event;
  const { state, description } = replay.tenant;
  if (suspend !== undefined) state.users.get(replay.placeholders.get(suspend)).isSuspended = true;
  if (expire !== undefined) state.oidc.removeWhere([expire], () => true);
  if (revoke !== undefined) {
    const body = new URLSearchParams({ token: replay.placeholders.resolveText(revoke) });
    const headers = await authorization(replay, "basic:web");
    await fetch(`${description.issuer}/token/revocation`, { method: "POST", headers, body });
  }
  if (endSession && flow) {
    const page = await flow.call("GET", replay.placeholders.resolveText(endSession.path));
    const xsrf = /name="xsrf" value="([^"]+)"/.exec(await page.text())?.[1] ?? "";
    replay.placeholders.set("xsrf", xsrf);
    if (endSession.confirm) await flow.post("/oidc/session/end/confirm", { xsrf, ...endSession.confirm });
  }
  if (call === undefined) return;
  const headers = {
    authorization: `Bearer ${await managementToken(replay)}`,
    "content-type": "application/json",
  };
  await fetch(description.endpoint + replay.placeholders.resolveText(call.path), {
    method: call.method,
    headers,
    ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
  });
}
