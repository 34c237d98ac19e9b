/** The start of a sign-in: it sends the browser to Logto. */
import type { SignInWishes } from "../logto/web-application.ts";
import { flowCookies, readSessionId } from "./cookies.ts";
import { findSession } from "./find-session.ts";
import { type Again, beginFlow, flowSeconds } from "./flow.ts";
import { returnUrl } from "./return-to.ts";
import type { SessionServices } from "./services.ts";

export type SignInRequest = SignInWishes & {
  /** A path of this origin. Any other text leads to the start. */
  returnTo?: string | undefined;
  /** Whether the person of this session is to show once more that it is them. */
  reauthenticate?: boolean | undefined;
};

/** Where to send the browser, and what it has to keep meanwhile. */
export type Departure = { location: string; cookies: string[] };

/**
 * Begins a sign-in of this browser, or a further one beside those that are under way.
 * @returns where the browser goes. Without a session, there is nobody to sign in again: it is an ordinary sign-in then.
 */
export async function startSignIn(
  services: SessionServices,
  request: Request,
  { returnTo, reauthenticate = false, ...wishes }: SignInRequest,
): Promise<Departure> {
  const { publicUrl } = services.config;
  const again = reauthenticate ? await whoSignsInAgain(services, request) : undefined;
  const { directSignIn } = wishes;
  const flow = await beginFlow(services, {
    returnTo: returnUrl(publicUrl, returnTo),
    method: directSignIn ? `${directSignIn.method}:${directSignIn.target}` : "sign_in",
    again,
  });
  return {
    location: await services.web.authorizationUrl(flow.sent, wishes, again !== undefined),
    cookies: flowCookies(request, publicUrl, { ...flow, seconds: flowSeconds }),
  };
}

/** The ground is read before the person is asked, so that a change meanwhile makes the answer worthless. */
async function whoSignsInAgain(services: SessionServices, request: Request): Promise<Again | undefined> {
  const live = await findSession(services, readSessionId(request, services.config.publicUrl), {
    asksLogto: "if_it_answers",
  });
  if (!live) return undefined;
  return { ref: live.row.ref, ground: await services.db.credentialEpochs.ground(live.row.userId) };
}
