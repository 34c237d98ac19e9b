/** `/account` and below: pages for people, rendered here. A form goes to the same verbs as the calls of the API. */

import type { Context, Handler } from "hono";
import { Hono } from "hono";
import type { CallLimit } from "../http/budgets.ts";
import type { Env } from "../http/env.ts";
import type { Fault } from "../http/problem-responses.ts";
import { Refusal } from "../problem.ts";
import type { Services } from "../services.ts";
import type { PageSessions } from "../session/page-session.ts";
import { confirm, interpose } from "./actions/confirm.ts";
import { keepLateForm } from "./actions/late-form.ts";
import { actions, expiredPage } from "./actions/table.ts";
import { goTo, type Outcome } from "./answer.ts";
import { allEnded, allEndedFace, faceOf, signedOutFace } from "./faces.ts";
import type { Typed } from "./forms/typed.ts";
import { keepLanguage } from "./language.ts";
import { isLanguage } from "./messages/messages.ts";
import { once } from "./once.ts";
import type { Page, Visit } from "./page.ts";
import { pageHeaders } from "./page-headers.ts";
import { deletionBanner } from "./parts/deletion-banner.ts";
import { layout } from "./parts/layout.ts";
import { readForm } from "./read-form.ts";
import { views } from "./views/table.ts";
import type { Visits } from "./visits.ts";

type PageSession = NonNullable<Awaited<ReturnType<PageSessions["read"]>>>;

/**
 * @param sessions finds who is signed in.
 * @param limit charges whoever sends a form.
 * @param report receives every error that is not a refusal.
 */
export function accountPages(
  services: Services,
  visits: Visits,
  sessions: PageSessions,
  limit: CallLimit,
  report: (fault: Fault) => void,
): Hono<Env> {
  const { publicUrl } = services.config;
  const { href, of: visitOf } = visits;
  const pages = new Hono<Env>();
  const pageOf = (visit: Visit, { caller, formToken }: PageSession): Page => ({
    ...visit,
    services,
    caller,
    formToken,
  });
  const signInUrl = ({ path, language }: Visit) =>
    sessions.signInUrl({ returnTo: href(path), uiLocales: language });

  const respond = async (c: Context<Env>, visit: Visit | Page, answer: Outcome) => {
    if (answer.kind === "redirect") {
      const isHere = answer.to.startsWith("/");
      return c.redirect(isHere ? href(answer.to) : answer.to, 303);
    }
    if (answer.kind === "file")
      return c.body(answer.body, 200, {
        "Content-Type": answer.type,
        "Content-Disposition": `attachment; filename="${answer.name}"`,
      });
    const banner = "caller" in visit ? await deletionBanner(visit) : undefined;
    return c.html(await layout(visit, { ...answer.frame, banner }), answer.status, answer.headers);
  };

  pages.use("/account/*", pageHeaders(services.config));
  pages.use("/account", pageHeaders(services.config));

  const read: (path: string) => Handler<Env> = (path) => async (c) => {
    const visit = visitOf(c, c.req.path);
    const session = await sessions.read(c);
    if (!session) {
      const face = c.req.query(allEnded) === undefined ? signedOutFace : allEndedFace;
      return respond(c, visit, face(visit, signInUrl(visit)));
    }
    const page = pageOf(visit, session);
    const query = { saved: c.req.query("saved"), cursor: c.req.query("cursor") };
    const answer = await views[path]?.(page, query, c.req.param("name") ?? "");
    if (!answer) throw new Refusal("not_found");
    return respond(c, page, answer);
  };
  for (const path of Object.keys(views)) pages.get(path, read(path));

  /** Carries out a form, or asks for a proof first. */
  const carryOut = async (page: Page, path: string, form: Typed): Promise<Outcome> => {
    try {
      return (await actions[path]?.(page, form)) ?? expiredPage(page);
    } catch (error) {
      if (!(error instanceof Refusal) || error.code !== "step_up_required") throw error;
      return interpose(page, path, form, error);
    }
  };

  /** A form of a session that has ended, or of somebody else. */
  const sentTooLate = async (c: Context<Env>, visit: Visit, path: string, form: Typed) => {
    const person = await sessions.formerPerson(c, form.csrf);
    const session = await sessions.read(c);
    if (session && session.caller.userId !== person) throw new Refusal("csrf");
    if (person) await limit(person, c.req.raw);
    const kept = person && (await keepLateForm(services, person, path, form));
    if (session && !kept) throw new Refusal("csrf");
    if (session && kept) return respond(c, visit, goTo(kept));
    const back = kept ? visitOf(c, kept) : visit;
    return respond(c, back, signedOutFace(back, signInUrl(back), kept !== undefined));
  };

  const send: (path: string) => Handler<Env> = (path) => async (c) => {
    const form = await readForm(c.req.raw, path === "/account/picture");
    const visit = visitOf(c, comeBackTo(path, form));
    const session = await sessions.requireForm(c, form.csrf).catch((error: unknown) => {
      if (error instanceof Refusal && error.code === "csrf") return undefined;
      throw error;
    });
    if (!session) return sentTooLate(c, visit, path, form);
    await limit(session.caller.userId, c.req.raw);
    const page = pageOf(visit, session);
    const again = (returnTo: string) =>
      goTo(sessions.signInUrl({ returnTo: href(returnTo), reauthenticate: true, uiLocales: page.language }));
    const answer = await once(page, path, form, async () =>
      path === "/account/confirm"
        ? ((await confirm(page, form, {
            resume: (action, kept) => carryOut(page, action, kept),
            signInAgain: again,
          })) ?? expiredPage(page))
        : carryOut(page, path, form),
    );
    return respond(c, page, answer);
  };
  for (const path of [...Object.keys(actions), "/account/confirm"]) pages.post(path, send(path));

  pages.post("/account/language", async (c) => {
    const { language = "", at = "" } = await readForm(c.req.raw);
    if (isLanguage(language)) keepLanguage(c, language, publicUrl.startsWith("https:"));
    return c.redirect(href(isOwnPath(at) ? at : "/account"), 303);
  });
  pages.get("/account/*", () => {
    throw new Refusal("not_found");
  });
  pages.onError((error, c) => {
    const visit = visitOf(c, isOwnPath(c.req.path) ? c.req.path : "/account");
    if (error instanceof Refusal) c.set("refused", error);
    else
      report({
        requestId: visit.requestId,
        name: error.name,
        stack: error.stack?.replace(error.message, ""),
      });
    return respond(c, visit, faceOf(visit, error, signInUrl(visit)));
  });
  return pages;
}

const isOwnPath = (path: string) => /^\/account(\/[\w-]+)*$/.test(path);

/** The page that shows a form again, for whoever changes the language on an answer to it. */
function comeBackTo(path: string, { state = "", field = "" }: Typed): string {
  switch (path) {
    case "/account/confirm":
    case "/account/code":
      return isOwnPath(`${path}/${state}`) ? `${path}/${state}` : "/account";
    case "/account/list":
    case "/account/list/remove":
      return isOwnPath(`/account/private/${field}`) ? `/account/private/${field}` : "/account/private";
    case "/account/private":
      return isOwnPath(`${path}/${field}`) ? `${path}/${field}` : path;
    case "/account/factors/remove":
    case "/account/identities/remove":
      return "/account/sign-in";
    case "/account/picture/remove":
      return "/account/picture";
    case "/account/reveal":
    case "/account/remove":
      return "/account/private";
    case "/account/sessions/others":
      return "/account/sessions";
    case "/account/undo":
      return "/account/activity";
    case "/account/deletion/keep":
      return "/account/deletion";
    default:
      return path;
  }
}
