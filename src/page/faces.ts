/** What a page says where it cannot do what was asked: one face for each way in which that happens. */
import { Refusal } from "../problem.ts";
import { type Answer, show } from "./answer.ts";
import type { Html } from "./messages/messages.ts";
import type { Visit } from "./page.ts";
import { buttonLink, face } from "./parts/blocks.ts";
import { isAway, minutesOf } from "./trouble.ts";

const retrySeconds = "5";

/** @param isKept whether a form that was sent waits for its person. */
export function signedOutFace(visit: Visit, signInUrl: string, isKept = false): Answer {
  const { t } = visit;
  const title = t.text("problem.signedOut");
  const action = buttonLink(signInUrl, t.text("action.signIn"), true);
  const intro = t.text(isKept ? "problem.signedOutKept" : "problem.signedOutIntro");
  const content = face(visit, { title, intro, action });
  return show({ title, content }, 401, { "WWW-Authenticate": "Bearer" });
}

/** Stands in the address of a page to which somebody is led after they have said "this was not me". */
export const allEnded = "all-ended";

/** To whoever was signed out by that. Anybody can link to it; it leads to a sign-in and says nothing of anybody. */
export function allEndedFace(visit: Visit, signInUrl: string): Answer {
  const { t } = visit;
  const title = t.text("notMe.ended");
  const action = buttonLink(signInUrl, t.text("notMe.signIn"), true);
  return show({ title, content: face(visit, { title, intro: t.text("notMe.endedIntro"), action }) });
}

/** @param signInUrl for refusals that a new sign-in helps against. */
export function faceOf(visit: Visit, error: unknown, signInUrl: string): Answer {
  const { t, href } = visit;
  const overview = buttonLink(href("/account"), t.text("action.overview"), true);
  const say = (title: string, intro: string, status: Parameters<typeof show>[1], action?: Html) =>
    show(
      {
        title,
        hasFault: status !== 404,
        content: face(visit, { title, intro, ...(action ? { action } : {}) }),
      },
      status,
    );
  if (!(error instanceof Refusal))
    return say(
      t.text("problem.internal"),
      t.text("problem.internalIntro", { requestId: visit.requestId }),
      500,
      overview,
    );
  if (isAway(error)) return awayFace(visit);
  switch (error.code) {
    case "unauthenticated":
    case "invalid_token":
      return signedOutFace(visit, signInUrl);
    case "user_suspended":
      return say(t.text("problem.suspended"), t.text("problem.suspendedIntro"), 403);
    case "csrf":
      return say(t.text("problem.csrf"), t.text("problem.csrfIntro"), 403, overview);
    case "too_many_requests":
    case "too_many_attempts":
      return say(
        t.text("problem.lockedTitle"),
        t.text("problem.busy", { minutes: minutesOf(error) }),
        429,
        overview,
      );
    case "body_too_large":
      return say(
        t.text("picture.title"),
        t.text("picture.tooLarge"),
        422,
        buttonLink(href("/account/picture"), t.text("action.back"), true),
      );
    case "outcome_unknown":
      return say(t.text("problem.generic"), t.text("problem.unknown"), 503, overview);
    case "not_found":
    case "bad_request":
      return say(t.text("problem.notFound"), t.text("problem.notFoundIntro"), 404, overview);
    default:
      return say(t.text("problem.title"), t.text("problem.generic"), 422, overview);
  }
}

function awayFace(visit: Visit): Answer {
  const { t, href, path } = visit;
  const title = t.text("problem.away");
  const content = face(visit, {
    title,
    intro: t.text("problem.awayIntro"),
    also: t.text("problem.awayWorks"),
    action: buttonLink(href(path), t.text("action.retry"), true),
  });
  return show({ title, hasFault: true, content }, 503, { "Retry-After": retrySeconds });
}
