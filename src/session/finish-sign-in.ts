/** The callback: what Logto answered to a sign-in, and what becomes of it. */
import type { Ground } from "../../db/guard.ts";
import type { Caller } from "../caller.ts";
import { NotAccepted } from "../logto/signed-claims.ts";
import { UpstreamFailure } from "../logto/upstream-failure.ts";
import type { Issued } from "../logto/web-application.ts";
import { GrantEnded } from "../logto/web-requests.ts";
import { beginSession, changeSessionId } from "./begin-session.ts";
import { noFlowCookie, readFlowSecret, readSessionId, sessionCookie } from "./cookies.ts";
import type { FaceName } from "./faces.ts";
import { findSession } from "./find-session.ts";
import { type Flow, flowSeconds, openFlow, secretsOf } from "./flow.ts";
import type { SessionServices } from "./services.ts";
import type { RequestFacts } from "./session-caller.ts";

/** The proof of a new sign-in may not be older. */
const longestProofMs = 60_000;

/**
 * Records that a person has signed in again, for step-up.
 * @param authTime when, epoch ms.
 * @returns false, with nothing recorded, if their password or an identifier has changed since `ground` was read.
 */
export type RecordSignIn = (caller: Caller, ground: Ground, authTime: number) => Promise<boolean>;

/** Where the browser goes on, or what it is shown; and the cookies that it gets. */
export type Arrival = { cookies: string[] } & (
  | { location: string }
  | { face: FaceName; flow: Pick<Flow, "returnTo" | "again"> | undefined }
);

/** Where somebody who has just signed in goes on. @param to where they wanted to. */
export type Landing = (userId: string, to: string) => Promise<string>;

type Arriving = {
  services: SessionServices;
  request: Request;
  facts: RequestFacts;
  record: RecordSignIn;
  landing: Landing;
};

/**
 * Finishes a sign-in. Only the browser that began it can do so, once. Anything else changes nothing.
 * @param request the callback as it came.
 * @throws {Refusal} `storage_unavailable`.
 */
export async function finishSignIn(arriving: Arriving): Promise<Arrival> {
  const { services, request } = arriving;
  const { platform, db, config } = services;
  const query = queryOf(request);
  const state = onlyOne(query, "state");
  const flow = state === undefined ? undefined : await openFlow(services, state);
  if (state === undefined || !flow) return { face: "not_valid", flow: undefined, cookies: [] };
  const secret = readFlowSecret(request, config.publicUrl, flow.id);
  if (secret === undefined) return withoutSecret(arriving, flow);
  // RFC 9207: an answer of another provider is none to this sign-in, which goes on.
  if (onlyOne(query, "iss") !== config.logto.issuer) return { face: "not_valid", flow, cookies: [] };
  const cookies = [noFlowCookie(config.publicUrl, flow.id)];
  const error = query.get("error");
  if (error !== null) return { face: faceOfError(error), flow, cookies };
  if (platform.now() > flow.startedAt + flowSeconds * 1000) return { face: "expired", flow, cookies };
  if (onlyOne(query, "code") === undefined) return { face: "not_valid", flow, cookies: [] };
  if (!(await isWithinLimit(arriving))) return { face: "away", flow, cookies: [] };
  const isFirst = await db.usedOnce.use(usedName(flow), flow.startedAt + 2 * flowSeconds * 1000);
  if (!isFirst) return withoutSecret(arriving, flow);
  const issued = await exchange(services, query, { ...flow, secret, state });
  if (typeof issued === "string") return { face: issued, flow, cookies };
  const outcome = await (flow.again
    ? signInAgain(arriving, issued, flow.again)
    : signIn(arriving, issued, flow));
  if (outcome.id !== undefined) cookies.push(sessionCookie(config.publicUrl, outcome.id));
  if (outcome.face) return { face: outcome.face, flow, cookies };
  const { userId } = issued.who;
  const location = flow.again ? flow.returnTo : await arriving.landing(userId, flow.returnTo);
  return { location, cookies };
}

/** Each code that is tried costs Logto a request, and nobody is known yet: an address gets so many. */
const codesOfAddress = { max: 60, windowMs: 5 * 60_000 };

async function isWithinLimit({ services, facts }: Arriving): Promise<boolean> {
  const { db, vault, platform } = services;
  const bucket = `sign-in:address:${await vault.keyedHash("address", facts.address)}`;
  return (await db.limits.charge([{ bucket, ...codesOfAddress }], platform.now())).ok;
}

const queryOf = ({ url }: Request) => new URL(url).searchParams;

const onlyOne = (query: URLSearchParams, name: string): string | undefined => {
  const [value, ...others] = query.getAll(name);
  return others.length === 0 ? value : undefined;
};

/** While Logto does not answer, a session goes on as it was: a person at the callback gets a page, never an error. */
const ifAnswered = { asksLogto: "if_it_answers" } as const;

const usedName = ({ id }: Flow) => `flow ${id}`;

/** A tab that was restored, Back, a double click; or a browser that did not begin this sign-in. */
async function withoutSecret({ services, request }: Arriving, flow: Flow): Promise<Arrival> {
  const { db, config } = services;
  if (!(await db.usedOnce.isUsed(usedName(flow)))) return { face: "other_browser", flow, cookies: [] };
  const live = await findSession(services, readSessionId(request, config.publicUrl), ifAnswered);
  return live ? { location: flow.returnTo, cookies: [] } : { face: "used", flow, cookies: [] };
}

/** What Logto says of it is for developers, and anybody can write it into the address. */
function faceOfError(error: string): FaceName {
  if (error === "access_denied") return "cancelled";
  return ["server_error", "temporarily_unavailable"].includes(error) ? "away" : "refused";
}

/** @returns what Logto issued, or the face of its refusal. */
async function exchange(
  { web, platform }: SessionServices,
  query: URLSearchParams,
  begun: { id: string; secret: string; state: string },
): Promise<Issued | FaceName> {
  try {
    return await web.exchange(query.toString(), await secretsOf(platform, begun));
  } catch (error) {
    if (error instanceof GrantEnded) return "used";
    if (error instanceof NotAccepted) return "not_valid";
    if (error instanceof UpstreamFailure) return "away";
    throw error;
  }
}

/** The new id of the session, if there is one; and what to show, if the browser does not go on. */
type Outcome = { id?: string; face?: FaceName };

async function signIn({ services, request, facts }: Arriving, issued: Issued, flow: Flow): Promise<Outcome> {
  const former = await findSession(services, readSessionId(request, services.config.publicUrl), {
    asksLogto: "never",
  });
  const userAgent = request.headers.get("user-agent");
  const begun = await beginSession(services, issued, { ...facts, userAgent, method: flow.method }, former);
  return begun ? { id: begun.id } : { face: "refused" };
}

/** Logto hands out a code for whoever signs in at its prompt: only the same person has proven anything. */
async function signInAgain(
  { services, request, facts, record }: Arriving,
  issued: Issued,
  again: NonNullable<Flow["again"]>,
): Promise<Outcome> {
  const live = await findSession(services, readSessionId(request, services.config.publicUrl), ifAnswered);
  const { userId, authTime } = issued.who;
  if (!live || live.row.ref !== again.ref) return { face: "outdated" };
  if (userId !== again.userId || userId !== live.row.userId) {
    services.platform.defer(services.web.signOut(issued.tokens, `${services.config.publicUrl}/`));
    return { face: "other_person" };
  }
  const age = authTime === null ? Number.NaN : services.platform.now() - authTime;
  if (authTime === null || !(Math.abs(age) <= longestProofMs)) return { face: "refused" };
  const changed = await changeSessionId(services, issued, facts, live);
  if (!changed) return { face: "outdated" };
  const recorded = await record(changed.caller, { userId, epoch: again.epoch }, authTime);
  return recorded ? { id: changed.id } : { id: changed.id, face: "outdated" };
}
