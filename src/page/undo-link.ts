/**
 * `/undo/…`: the page of a link in a notice. It needs no sign-in, no cookie and no account page, and works signed out from any
 * browser. To open it changes nothing, since mail scanners open every link: the press of its button does.
 */
import { type Context, Hono } from "hono";
import type { Env } from "../http/env.ts";
import type { Fault } from "../http/problem-responses.ts";
import { followUndoLink, readUndoLink } from "../me/undo/undo-link.ts";
import { Refusal } from "../problem.ts";
import type { Services } from "../services.ts";
import { requireOwnOrigin } from "../session/csrf.ts";
import type { Answer } from "./answer.ts";
import type { Visit } from "./page.ts";
import { pageHeaders } from "./page-headers.ts";
import { layout } from "./parts/layout.ts";
import { readForm } from "./read-form.ts";
import { goneLink, undoDonePage, undoLinkPage, undoLinkTrouble } from "./views/undo-link.ts";
import type { Visits } from "./visits.ts";

/** @param report receives every error that is not a refusal. */
export function undoLinkPages(services: Services, visits: Visits, report: (fault: Fault) => void): Hono<Env> {
  const { publicUrl, session } = services.config;
  const pages = new Hono<Env>();
  const signInUrl = session && `${publicUrl}/session/sign-in?returnTo=${visits.href("/account/activity")}`;
  const visitOf = (c: Context<Env>) => visits.of(c, "/undo");
  const followerOf = (c: Context<Env>) => ({
    address: c.get("clientAddress"),
    requestId: c.get("requestId"),
  });
  const respond = async (c: Context<Env>, visit: Visit, answer: Answer) =>
    answer.kind === "redirect"
      ? c.redirect(visits.href(answer.to), 303)
      : c.html(await layout(visit, answer.frame), answer.status, answer.headers);

  pages.use("/undo/*", pageHeaders(services.config));
  visits.assets.serve(pages);
  pages.get("/undo/done", (c) => {
    const visit = visitOf(c);
    return respond(c, visit, undoDonePage(visit, signInUrl));
  });
  pages.get("/undo/:token", async (c) => {
    const visit = visitOf(c);
    const token = c.req.param("token");
    const linked = await readUndoLink(services, followerOf(c), token);
    return respond(c, visit, linked ? undoLinkPage(visit, token, linked) : goneLink(visit));
  });
  pages.post("/undo/:token", async (c) => {
    requireOwnOrigin(c.req.raw, publicUrl);
    await readForm(c.req.raw);
    await followUndoLink(services, followerOf(c), c.req.param("token"));
    return c.redirect(visits.href("/undo/done"), 303);
  });
  pages.onError((error, c) => {
    const visit = visitOf(c);
    if (error instanceof Refusal) c.set("refused", error);
    else
      report({
        requestId: visit.requestId,
        name: error.name,
        stack: error.stack?.replace(error.message, ""),
      });
    return respond(c, visit, undoLinkTrouble(visit, error));
  });
  return pages;
}
