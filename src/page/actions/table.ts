/** Every form of the pages: the path that it is sent to, and what is done then. */
import { type Answer, type Outcome, show } from "../answer.ts";
import type { Typed } from "../forms/typed.ts";
import type { Page } from "../page.ts";
import { buttonLink, face } from "../parts/blocks.ts";
import { formPageOf, privateFormOf } from "../views/form-pages.ts";
import { changeAddress, proveAddress } from "./change-address.ts";
import { addElement, removeElement } from "./change-list.ts";
import { savePassword } from "./change-password.ts";
import { removePicture, savePicture } from "./change-picture.ts";
import { saveNotices } from "./choose-notices.ts";
import { deleteAccount, keepAccount } from "./delete-account.ts";
import { endOneSession, endOthers, removeAccess } from "./end-access.ts";
import { removeField, revealField } from "./private-details.ts";
import { removeCredential } from "./remove-credential.ts";
import { saveFields } from "./save-fields.ts";
import { sayNotMe } from "./say-not-me.ts";
import { takeExport } from "./take-export.ts";
import { undoHere } from "./undo.ts";

/** @returns undefined where what the form is about is there no more. */
type Action = (page: Page, form: Typed) => Promise<Outcome | undefined>;

/** Forms that can be carried out again after step-up. */
export const actions: Readonly<Record<string, Action>> = {
  "/account/picture": savePicture,
  "/account/picture/remove": removePicture,
  "/account/profile": (page, form) => saveFields(page, formPageOf(page, "profile"), form),
  "/account/address": (page, form) => saveFields(page, formPageOf(page, "address"), form),
  "/account/preferences": (page, form) => saveFields(page, formPageOf(page, "preferences"), form),
  "/account/username": (page, form) => saveFields(page, formPageOf(page, "username"), form),
  "/account/private": async (page, form) => {
    const formPage = privateFormOf(page, form.field ?? "");
    return formPage && saveFields(page, formPage, form);
  },
  "/account/email": (page, form) => changeAddress(page, "email", form),
  "/account/phone": (page, form) => changeAddress(page, "phone", form),
  "/account/code": proveAddress,
  "/account/password": savePassword,
  "/account/sign-ins/not-me": sayNotMe,
  "/account/factors/remove": (page, form) => removeCredential(page, "factors", form),
  "/account/identities/remove": (page, form) => removeCredential(page, "identities", form),
  "/account/reveal": revealField,
  "/account/remove": removeField,
  "/account/list": addElement,
  "/account/list/remove": removeElement,
  "/account/undo": undoHere,
  "/account/notices": saveNotices,
  "/account/sessions": endOneSession,
  "/account/sessions/others": endOthers,
  "/account/applications": removeAccess,
  "/account/deletion": deleteAccount,
  "/account/deletion/keep": keepAccount,
  "/account/export": takeExport,
};

/** What is said where a page has waited too long. */
export function expiredPage(page: Page): Answer {
  const { t, href } = page;
  const title = t.text("problem.expired");
  const action = buttonLink(href("/account"), t.text("action.overview"), true);
  return show({ title, content: face(page, { title, intro: t.text("problem.expiredIntro"), action }) }, 410);
}
