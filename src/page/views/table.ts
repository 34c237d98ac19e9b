/** Every page that is read, by its path. */

import { hasSignedInAgain } from "../actions/confirm.ts";
import { expiredPage } from "../actions/table.ts";
import { type Answer, show } from "../answer.ts";
import { controlOf } from "../forms/controls.ts";
import { typedOfAll } from "../forms/typed.ts";
import type { Page } from "../page.ts";
import { exportProof, findState, newAddress, pendingForm } from "../states.ts";
import { readStored, shownIn } from "../stored.ts";
import { activityPage } from "./activity.ts";
import { applicationsPage } from "./applications.ts";
import { confirmPage, finishPage } from "./confirm.ts";
import { deletionPage } from "./deletion.ts";
import { exportPage } from "./export.ts";
import { type FormPage, formFrame } from "./form-page.ts";
import { formPageOf, privateField, privateFormOf } from "./form-pages.ts";
import { latePage } from "./late.ts";
import { listPage } from "./list.ts";
import { codePage, newAddressPage } from "./new-address.ts";
import { noticesPage } from "./notices.ts";
import { overviewPage } from "./overview.ts";
import { passwordPage } from "./password.ts";
import { picturePage } from "./picture.ts";
import { privatePage } from "./private-rows.ts";
import { sessionsPage } from "./sessions.ts";
import { signInPage } from "./sign-in-rows.ts";
import { notMePage, signInsPage } from "./sign-ins.ts";

/** What an address says beside its path. Anything else in a query is ignored. */
type Query = { saved?: string | undefined; cursor?: string | undefined };

/** @param name the last part of the path, where it varies. @returns undefined where there is no such page. */
type View = (page: Page, query: Query, name: string) => Promise<Answer | undefined>;

export const views: Readonly<Record<string, View>> = {
  "/account": overviewPage,
  "/account/profile": (page) => formView(page, formPageOf(page, "profile")),
  "/account/picture": (page) => picturePage(page),
  "/account/address": (page) => formView(page, formPageOf(page, "address")),
  "/account/preferences": (page) => formView(page, formPageOf(page, "preferences")),
  "/account/username": (page) => formView(page, formPageOf(page, "username")),
  "/account/sign-in": (page, query) => signInPage(page, query),
  "/account/sign-ins": signInsPage,
  "/account/sign-ins/not-me": notMePage,
  "/account/sessions": sessionsPage,
  "/account/applications": applicationsPage,
  "/account/email": (page) => newAddressPage(page, "email"),
  "/account/phone": (page) => newAddressPage(page, "phone"),
  "/account/password": (page) => passwordPage(page),
  "/account/private": (page, query) => privatePage(page, query),
  "/account/activity": activityPage,
  "/account/notices": noticesPage,
  "/account/deletion": (page) => deletionPage(page),
  "/account/export": (page) => exportPage(page),
  "/account/export/:name": async (page, _query, ready) =>
    (await findState(page, exportProof, ready)) ? exportPage(page, { ready }) : expiredPage(page),
  "/account/private/:name": async (page, _query, name) => {
    const field = privateField(name);
    if (field && controlOf(field) === "list") return listPage(page, field);
    const formPage = privateFormOf(page, name);
    return formPage && formView(page, formPage);
  },
  "/account/code/:name": async (page, _query, id) => {
    const state = await findState(page, newAddress, id);
    return state ? codePage(page, id, state) : expiredPage(page);
  },
  "/account/confirm/:name": async (page, _query, id) => {
    const pending = await findState(page, pendingForm, id);
    if (!pending) return expiredPage(page);
    if (pending.isLate) return latePage(page, id, pending);
    return (await hasSignedInAgain(page)) ? finishPage(page, id) : confirmPage(page, id, pending);
  },
};

async function formView(page: Page, formPage: FormPage): Promise<Answer> {
  const stored = await readStored(page);
  const typed = typedOfAll(formPage.fields, (field) => shownIn(stored, field));
  return show(formFrame(page, formPage, stored, { typed, base: typed }));
}
