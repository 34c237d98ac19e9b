/** What a link in a notice shows: what it would do, that it is done, or why it is not. */
import { html } from "hono/html";
import type { LinkedUndo } from "../../me/undo/undo-link.ts";
import { Refusal } from "../../problem.ts";
import { type Answer, show } from "../answer.ts";
import { fieldAt, labelOf } from "../forms/controls.ts";
import { ltr, type MessageKey } from "../messages/messages.ts";
import type { Visit } from "../page.ts";
import { buttonLink, face, pageHead, points } from "../parts/blocks.ts";
import { isAway, minutesOf } from "../trouble.ts";
import { dateAndTime } from "./times.ts";

/** Names what happens, with a button that makes it happen. */
export function undoLinkPage(visit: Visit, token: string, linked: LinkedUndo): Answer {
  const { t, href } = visit;
  const { field, former, changedAt, undoUntil } = linked;
  const what = labelOf(t, fieldAt(field));
  const at = (time: number) => dateAndTime(t, "UTC", new Date(time).toISOString());
  const [intro, outcome] =
    former === null
      ? [t.text("undo.introAdded", { when: at(changedAt), what }), t.text("undo.isRemoved")]
      : [
          t.rich("undo.intro", { former: ltr(former) }, { when: at(changedAt), what }),
          t.rich("undo.isAgain", { former: ltr(former) }),
        ];
  const title = t.text("undo.title", { what });
  const says = [outcome, t.text("undo.signsOut"), t.text("undo.endsLinks")];
  return show({
    title,
    isAlone: true,
    content: html`${pageHead(visit, { title, intro })}
${points({ id: "happens", title: t.text("undo.happens"), says })}
<form method="post" action="${href(`/undo/${token}`)}"><div class="buttons"><button class="button primary">${t.text("undo.confirm")}</button></div></form>
<p class="hint">${t.text("undo.leave", { until: at(undoUntil) })}</p>`,
  });
}

/** @param signInUrl where there is an account page. */
export function undoDonePage(visit: Visit, signInUrl: string | undefined): Answer {
  const { t } = visit;
  const title = t.text("undo.done");
  const action =
    signInUrl === undefined ? {} : { action: buttonLink(signInUrl, t.text("action.signIn"), true) };
  const [intro, also] = [t.text("undo.doneIntro"), t.text("undo.doneNext")];
  return show({ title, isAlone: true, content: face(visit, { title, intro, also, ...action }) });
}

/** The same whatever is wrong with the link. */
export const goneLink = (visit: Visit): Answer => say(visit, ["undo.gone", "undo.goneIntro"], 404);

type Texts = readonly [title: MessageKey, intro: MessageKey];

/** Why nothing was put back. The link still works, unless it is gone. */
export function undoLinkTrouble(visit: Visit, error: unknown): Answer {
  if (!(error instanceof Refusal)) return say(visit, ["problem.internal", "problem.internalIntro"], 500);
  if (isAway(error)) return say(visit, ["problem.away", "problem.awayIntro"], 503, { "Retry-After": "5" });
  switch (error.code) {
    case "not_found":
      return goneLink(visit);
    case "identifier_taken":
      return say(visit, ["undo.takenTitle", "undo.taken"], 409);
    case "last_identifier":
      return say(visit, ["problem.title", "undo.last"], 409);
    case "user_suspended":
      return say(visit, ["problem.suspended", "problem.suspendedIntro"], 403);
    case "outcome_unknown":
      return say(visit, ["problem.title", "undo.unknown"], 503);
    case "too_many_requests":
      return say(
        visit,
        ["problem.lockedTitle", "problem.busy"],
        429,
        {
          "Retry-After": String(error.detail.retryAfter ?? 60),
        },
        minutesOf(error),
      );
    case "csrf":
      return say(visit, ["problem.title", "problem.generic"], 403);
    default:
      return say(visit, ["problem.title", "problem.generic"], 422);
  }
}

function say(
  visit: Visit,
  [titleKey, introKey]: Texts,
  status: Parameters<typeof show>[1],
  headers: Record<string, string> = {},
  minutes = 1,
): Answer {
  const title = visit.t.text(titleKey);
  const intro = visit.t.text(introKey, { requestId: visit.requestId, minutes });
  return show(
    { title, hasFault: true, isAlone: true, content: face(visit, { title, intro }) },
    status,
    headers,
  );
}
