import { defaultSettings } from "../../../dev/tenant/settings.ts";
import { defaultAccountCenter } from "../../../dev/tenant/store/account-center.ts";
import { defaultSignInExperience } from "../../../dev/tenant/store/sign-in-experience.ts";
import type { User } from "../../../dev/tenant/store/users.ts";
import type { Given } from "./recorded-case.ts";
import { type Replay, totpSecret } from "./replay.ts";
import { call } from "./send.ts";
import { SignInFlow } from "./sign-in-flow.ts";
import { signIn } from "./sign-in-stages.ts";

/** Brings the tenant into the state that a recorded call was made in. */
export async function prepare(replay: Replay, given: Given): Promise<void> {
  const { state, settings } = replay.tenant;
  await replay.reset();
  replay.receiver.status = given.receiverStatus;
  Object.assign(settings, defaultSettings(), given.settings);
  Object.assign(state.signInExperience, defaultSignInExperience(), given.signInExperience);
  Object.assign(state.accountCenter, defaultAccountCenter());
  for (const [name, members] of Object.entries(given.applications)) {
    Object.assign(
      state.applications.get(replay.placeholders.get(name)),
      replay.placeholders.resolve(members),
    );
  }
  await applyUsers(replay, given);
  prepareCodes(replay, given);
  await prepareTokens(replay);
  for (const [name, headers] of Object.entries(given.browsers)) replay.browser(name, headers);
  for (const flow of given.flows) await signIn(replay, flow);
  await failSignIns(replay, given);
  for (const session of state.oidc.list("Session")) {
    if (session.loginTs !== undefined) session.loginTs -= given.sessionAge;
  }
  const { expired } = given;
  if (expired !== undefined) state.oidc.removeWhere([expired], () => true);
  for (const one of given.calls) await call(replay, one);
  replay.clock.time += given.laterMs;
}

async function applyUsers(replay: Replay, { users, others, missing, organization }: Given): Promise<void> {
  const { state } = replay.tenant;
  for (const [name, fields] of Object.entries(users)) {
    const user = state.users.find(replay.placeholders.get(name)) ?? (await replay.addUser(name, {}, 9));
    await change(replay, name, user, fields);
  }
  for (const [index, fields] of others.entries()) {
    Object.assign(await replay.addUser(`other${index}`, {}, 10 + index), fields);
  }
  for (const name of missing) state.users.remove(replay.placeholders.get(name));
  if (organization) {
    const userIds = new Set(organization.map((name) => replay.placeholders.get(name)));
    replay.placeholders.set("organization", "organization");
    state.organizations.insert({ id: "organization", name: "Acme", createdAt: 0, userIds });
  } else state.organizations.clear();
}

async function change(
  replay: Replay,
  name: string,
  user: User,
  fields: Record<string, unknown>,
): Promise<void> {
  const { password, roles, mfa, applicationId, ...columns } = fields;
  Object.assign(user, columns);
  if (typeof applicationId === "string") user.applicationId = replay.placeholders.resolveText(applicationId);
  if (password === null) user.passwordDigest = null;
  else if (typeof password === "string") await replay.setPassword(name, user, password);
  if (Array.isArray(roles)) user.roleIds = new Set();
  if (!Array.isArray(mfa)) return;
  const createdAt = new Date(replay.clock.time).toISOString();
  const codes = Array.from({ length: 10 }, (_, index) => ({ code: `cba617e33${index}`, used: false }));
  if (mfa.includes("totp")) user.mfa.push({ id: "totp", createdAt, type: "Totp", secret: totpSecret });
  if (mfa.includes("backup")) user.mfa.push({ id: "backup", createdAt, type: "BackupCode", codes });
  if (mfa.includes("passkey")) {
    user.mfa.push({ id: "passkey", createdAt, type: "WebAuthn", agent: "node", name: "Zz laptop" });
  }
  for (const { id } of user.mfa) replay.placeholders.set(id, id);
}

function prepareCodes(replay: Replay, { sent, wrongCodes }: Given): void {
  const { codes } = replay.tenant.state;
  for (const [to, times] of sent) {
    const messages = Array.from({ length: times }, () =>
      codes.send({ to }, "Generic", replay.clock.time, 10),
    );
    replay.placeholders.set("firstCode", messages[0]?.code ?? "");
    replay.placeholders.set("code", messages.at(-1)?.code ?? "");
    for (let tries = 0; tries < wrongCodes; tries += 1) {
      try {
        codes.verify({ to }, "not a code", replay.clock.time, { lifetime: 600_000, maximalTries: 10 });
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
  const { challenge, verifier } = new SignInFlow(tenant);
  placeholders.set("challenge", challenge);
  placeholders.set("verifier", verifier);
  const claims = () => {
    const iat = Math.floor(Date.now() / 1000);
    const who = { sub: userId, client_id: m2m.appId, scope: "profile:read profile:write" };
    return { ...who, iss: issuer, aud: apiResource, iat, exp: iat + 3600 };
  };
  placeholders.set("apiToken", await replay.token("api", claims));
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
