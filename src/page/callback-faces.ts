/** What the callback of a sign-in says where it cannot lead on, as a page of the account. */

import { html } from "hono/html";
import type { Config } from "../config.ts";
import type { FaceName, FaceView } from "../session/faces.ts";
import type { MessageKey } from "./messages/messages.ts";
import { headersOfPages } from "./page-headers.ts";
import { buttonLink, face } from "./parts/blocks.ts";
import { layout } from "./parts/layout.ts";
import type { Visits } from "./visits.ts";

const texts = {
  cancelled: ["callback.cancelled", "callback.cancelledIntro"],
  used: ["callback.used", "callback.usedIntro"],
  other_browser: ["callback.otherBrowser", "callback.otherBrowserIntro"],
  expired: ["callback.expired", "callback.expiredIntro"],
  not_valid: ["callback.notValid", "callback.notValidIntro"],
  refused: ["callback.refused", "callback.refusedIntro"],
  away: ["problem.away", "callback.awayIntro"],
  other_person: ["callback.otherPerson", "callback.otherPersonIntro"],
  outdated: ["callback.outdated", "callback.outdatedIntro"],
} as const satisfies Record<FaceName, readonly [title: MessageKey, intro: MessageKey]>;

/** Faces whose sign-in can simply be tried once more. */
const retried: ReadonlySet<FaceName> = new Set(["away", "refused", "outdated"]);

export function callbackFaces(config: Pick<Config, "logto" | "page">, visits: Visits): FaceView {
  const headers = headersOfPages(config);
  return async ({ name, again, back }, c) => {
    const visit = visits.of(c, "/account");
    const { t } = visit;
    const [title, intro] = texts[name];
    const once = t.text(retried.has(name) ? "action.retry" : "action.signIn");
    const action = html`${buttonLink(again, once, true)}${buttonLink(back, t.text("action.back"))}`;
    const content = face(visit, { title: t.text(title), intro: t.text(intro), action });
    return { body: String(await layout(visit, { title: t.text(title), content })), headers };
  };
}
