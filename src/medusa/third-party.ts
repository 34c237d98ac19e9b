/** Sign-in on Logto's own page: the browser leaves the shop's page for a `location`, and comes back to one with a code. */
import * as z from "zod";
import type { MedusaSignIn } from "../../db/medusa-sign-ins.ts";
import { NotAccepted } from "../logto/signed-claims.ts";
import type { FlowSecrets, Issued } from "../logto/web-application.ts";
import { GrantEnded } from "../logto/web-requests.ts";
import { type MedusaActor, medusaActors } from "../medusa-settings.ts";
import { Refusal } from "../problem.ts";
import { randomText } from "../session/cookies.ts";
import { limitAddress } from "./limit-address.ts";
import { notAllowed, unauthorized } from "./refusal.ts";
import type { MedusaServices } from "./services.ts";
import { beginSignIn, goesOn, type RequestFacts } from "./sign-ins.ts";

const lifeMs = 3_600_000;
const context = { userId: "", purpose: "medusa-flow" } as const;
/** Each code that is tried costs Logto a request. */
const tries = { name: "callback", max: 60, windowMs: 5 * 60_000 };
/** Logto's clock may differ from ours by so much. */
const clocksMs = 5_000;

/** What is known of a sign-in while the person is away travels sealed in `state`. */
const flowForm = z.object({
  id: z.string(),
  verifier: z.string(),
  nonce: z.string(),
  startedAt: z.number(),
  actor: z.enum(medusaActors),
  provider: z.string(),
  redirectUri: z.string(),
});
type Flow = z.output<typeof flowForm>;

type Departure = {
  actor: MedusaActor;
  /** `logto`, a social target, or `emailpass` where a password is not enough. */
  provider: string;
  callbackUrl?: string | undefined;
  loginHint?: string | undefined;
};

/**
 * Begins such a sign-in.
 * @returns where the browser goes.
 * @throws {Refusal} `bad_request` for a provider that the tenant does not list, and a page that is not listed;
 * {UpstreamFailure}.
 */
export async function departureFor(
  services: MedusaServices,
  { actor, provider, callbackUrl, loginHint }: Departure,
): Promise<string> {
  const { platform, keys, web, medusa } = services;
  const isSocial = await requireProvider(services, provider);
  const redirectUri = callbackUrl ?? medusa.callbackUrls[0];
  if (redirectUri === undefined || !medusa.callbackUrls.includes(redirectUri))
    throw notAllowed("This callback_url is not listed");
  const begun = { id: randomText(16), verifier: randomText(32), nonce: randomText(16) };
  const flow: Flow = { ...begun, startedAt: platform.now(), actor, provider, redirectUri };
  const secrets: FlowSecrets = { ...begun, redirectUri, state: await keys.flows.seal(context, flow) };
  const directSignIn = isSocial ? { method: "social" as const, target: provider } : undefined;
  return web.authorizationUrl(secrets, { directSignIn, loginHint }, false);
}

/**
 * Ends such a sign-in, once, for its own actor and provider.
 * @param query of the callback.
 * @throws {Refusal} `unauthenticated`, whatever is wrong with it; `too_many_requests`; {UpstreamFailure}.
 */
export async function arrive(
  services: MedusaServices,
  facts: RequestFacts,
  { actor, provider, query }: { actor: MedusaActor; provider: string; query: URLSearchParams },
): Promise<MedusaSignIn> {
  const { platform, db } = services;
  await requireProvider(services, provider);
  const [state = "", ...others] = query.getAll("state");
  const flow = await openFlow(services, state);
  if (!flow || others.length > 0 || flow.actor !== actor || flow.provider !== provider) throw unauthorized();
  const { id, startedAt } = flow;
  if (platform.now() > startedAt + lifeMs || query.getAll("code").length !== 1) throw unauthorized();
  await limitAddress(services, facts, tries);
  if (!(await db.usedOnce.use(`medusa flow ${id}`, startedAt + 2 * lifeMs))) throw unauthorized();
  const issued = await exchange(services, query, { ...flow, state });
  const { userId, sid: logtoSid } = issued.who;
  const ground = await db.credentialEpochs.ground(userId);
  if (!(await goesOn(services, { userId, logtoSid }))) throw unauthorized();
  const { createdAt } = await services.logto.snapshots.get(userId);
  const isNewcomer = createdAt >= startedAt - clocksMs;
  return (await beginSignIn(services, issued, facts, { provider, isNewcomer, ground })).signIn;
}

/** @returns whether it is a third party that the tenant lists. @throws {Refusal} `bad_request`; {UpstreamFailure}. */
async function requireProvider({ logto, medusa }: MedusaServices, provider: string): Promise<boolean> {
  if (medusa.callbackUrls.length > 0) {
    if (provider === "logto" || provider === "emailpass") return false;
    const { socialSignInConnectorTargets: targets } = await logto.signInExperience.policies();
    if (targets.includes(provider)) return true;
  }
  throw notAllowed("This provider is not known here");
}

async function openFlow({ keys }: MedusaServices, state: string): Promise<Flow | undefined> {
  try {
    return flowForm.parse(await keys.flows.open(context, state));
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}

async function exchange({ web }: MedusaServices, query: URLSearchParams, flow: FlowSecrets): Promise<Issued> {
  try {
    return await web.exchange(query.toString(), flow);
  } catch (error) {
    if (error instanceof GrantEnded || error instanceof NotAccepted) throw unauthorized();
    throw error;
  }
}
