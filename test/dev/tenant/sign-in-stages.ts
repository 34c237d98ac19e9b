import { decodeJwt } from "jose";
import * as z from "zod";
import { authorization } from "./credentials.ts";
import type { Flow } from "./recorded-case.ts";
import type { Replay } from "./replay.ts";
import { type Credentials, SignInFlow } from "./sign-in-flow.ts";

const tokensSchema = z.looseObject({
  access_token: z.string().optional(),
  refresh_token: z.string().optional(),
  id_token: z.string().optional(),
});

/** Signs a user in, up to the stage that a case asks for. */
export async function signIn(replay: Replay, recorded: Flow): Promise<void> {
  const { placeholders, tenant } = replay;
  const flow = new SignInFlow(tenant, replay.browser(recorded.browser));
  await throughStages(replay, flow, recorded);
  if (recorded.also !== undefined) await flow.verify(replay.credentials(recorded.also, recorded.by));
  if (recorded.restart) {
    await flow.authorize();
    await flow.start();
  }
  placeholders.set("challenge", flow.challenge);
  placeholders.set("verifier", flow.verifier);
  placeholders.set("verificationId", flow.verificationId);
  placeholders.set("resumePath", flow.resumeUrl && new URL(flow.resumeUrl).pathname);
}

async function throughStages(replay: Replay, flow: SignInFlow, recorded: Flow): Promise<void> {
  const { stage, as, by, client } = recorded;
  const { client_id, redirect_uri } = clientOf(replay, client);
  const { placeholders } = replay;
  const params = Object.entries(recorded.params).map(([name, value]) => {
    return [name, value === null ? null : placeholders.resolveText(value)];
  });
  const asked = await flow.authorize({ client_id, redirect_uri, ...Object.fromEntries(params) });
  const location = asked.headers.get("location") ?? "";
  if (stage === "auth") return;
  if (!location.startsWith("/sign-in")) {
    // Somebody is signed in already, and nothing but consent is missing.
    placeholders.set("authorizationCode", await flow.finish(location));
    if (stage === "redeemed" || stage === "signedIn") await redeem(replay, flow, recorded);
    if (stage === "signedIn") await takeApiToken(replay, recorded);
    return;
  }
  const steps: [Flow["stage"], () => Promise<unknown>][] = [
    ["started", () => flow.start()],
    ["verified", () => prove(flow, recorded.proof, replay.credentials(as, by))],
    ["identified", () => flow.identify()],
    ["submitted", () => flow.submit()],
    ["consented", () => (stage === "consented" ? flow.consent() : Promise.resolve())],
    ["coded", async () => placeholders.set("authorizationCode", await flow.finish())],
    ["redeemed", () => redeem(replay, flow, recorded)],
    ["signedIn", () => takeApiToken(replay, recorded)],
  ];
  for (const [step, take] of steps) {
    await take();
    if (step === stage) return;
  }
}

function prove(flow: SignInFlow, proof: Flow["proof"], credentials: Credentials): Promise<Response> {
  return proof === "code" ? flow.verifyByCode(credentials) : flow.verify(credentials);
}

function clientOf({ tenant }: Replay, client: Flow["client"]) {
  const { web, spa } = tenant.description;
  if (client === "otherWeb") {
    return { client_id: client, redirect_uri: "http://localhost:4002/callback", auth: "basic:otherWeb" };
  }
  const { appId, redirectUri } = client === "web" ? web : spa;
  return { client_id: appId, redirect_uri: redirectUri, auth: client === "web" ? "basic:web" : "none" };
}

/** Exchanges the authorization code. */
async function redeem(replay: Replay, flow: SignInFlow, { client, audience, expires }: Flow): Promise<void> {
  const { placeholders, tenant } = replay;
  const code = placeholders.get("authorizationCode");
  const { redirect_uri } = clientOf(replay, client);
  const exchange = { grant_type: "authorization_code", code, redirect_uri, code_verifier: flow.verifier };
  const resource = audience === "api" ? { resource: tenant.description.apiResource } : {};
  const tokens = await token(replay, client, { ...exchange, ...resource });
  placeholders.set("refreshToken", tokens.refresh_token ?? "");
  placeholders.set("accessToken", tokens.access_token ?? "");
  placeholders.set("idToken", tokens.id_token ?? "");
  if (expires && tokens.id_token) {
    placeholders.set("idToken", await expired(tenant, tokens.id_token));
  }
}

/** Refreshes for the API, and names the session and its grant. */
async function takeApiToken(replay: Replay, { as, client }: Flow): Promise<void> {
  const { placeholders, tenant } = replay;
  const { apiResource: resource } = tenant.description;
  const refresh = { grant_type: "refresh_token", refresh_token: placeholders.get("refreshToken"), resource };
  placeholders.set("apiToken", (await token(replay, client, refresh)).access_token ?? "");
  const session = tenant.state.oidc
    .list("Session")
    .findLast(({ accountId }) => accountId === placeholders.get(as));
  const appId = clientOf(replay, client).client_id;
  placeholders.set("session", session?.uid ?? "");
  placeholders.set("grant", session?.authorizations?.[appId]?.grantId ?? "");
}

/** The same ID token, from some hours ago. */
function expired(tenant: Replay["tenant"], idToken: string): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  return tenant.sign({ ...decodeJwt(idToken), iat: now - 7200, exp: now - 3600 }, { typ: "JWT" });
}

async function token(replay: Replay, client: Flow["client"], form: Record<string, string>) {
  const { client_id, auth } = clientOf(replay, client);
  const response = await fetch(`${replay.tenant.description.issuer}/token`, {
    method: "POST",
    headers: await authorization(replay, auth),
    body: new URLSearchParams(auth === "none" ? { ...form, client_id } : form),
  });
  return tokensSchema.parse(await response.json());
}
