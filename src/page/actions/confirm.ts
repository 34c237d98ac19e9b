/** Step-up: keeps a form that needs a proof, asks for the proof, and then does what the form asked for. */

import type { Recipient } from "../../logto/codes.ts";
import { verifyPassword } from "../../me/password/verify-password.ts";
import { sendCode } from "../../me/verification-codes/send-code.ts";
import { verifyCode } from "../../me/verification-codes/verify-code.ts";
import { Refusal } from "../../problem.ts";
import { findStepUp } from "../../verification/step-up.ts";
import { type Answer, goTo, type Outcome } from "../answer.ts";
import type { Typed } from "../forms/typed.ts";
import type { Page } from "../page.ts";
import { findState, keepState, type PendingForm, pendingForm, takeState } from "../states.ts";
import { readStored, textIn } from "../stored.ts";
import { codeTrouble, lockedText, troubleOf } from "../trouble.ts";
import { confirmPage } from "../views/confirm.ts";
import { codeIn } from "./change-address.ts";

/** Carries out the form that waited, with the proof in it. */
type Resume = (action: string, form: Typed) => Promise<Outcome>;
/** Leads to a new sign-in that comes back to a path. */
type SignInAgain = (returnTo: string) => Answer;

/** Keeps the form that was refused, and leads to the page that asks for a proof. */
export async function interpose(page: Page, action: string, form: Typed, refusal: Refusal): Promise<Answer> {
  const { proof: _worthless, once: _used, csrf: _token, ...kept } = form;
  const methods = [...(refusal.detail.methods ?? [])];
  return goTo(`/account/confirm/${await keepState(page, pendingForm, { action, form: kept, methods })}`);
}

/** @returns undefined where nothing waits under that id any more. */
export async function confirm(
  page: Page,
  form: Typed,
  { resume, signInAgain }: { resume: Resume; signInAgain: SignInAgain },
): Promise<Outcome | undefined> {
  const id = form.state ?? "";
  const pending = await findState(page, pendingForm, id);
  if (!pending) return undefined;
  const path = `/account/confirm/${id}`;
  try {
    if (form.other === "yes") return await tryAnotherWay(page, id, pending);
    if (pending.isLate || form.method === "sign_in") {
      if (!pending.isLate && !(await hasSignedInAgain(page))) return signInAgain(path);
      const waited = await takeState(page, pendingForm, id);
      return waited && (await resume(waited.action, waited.form));
    }
    if (form.resend === "yes" || (!pending.sent && isChannel(form.method)))
      return await sendProofCode(page, id, pending, form);
    const proof = await proofOf(page, pending, form);
    if (typeof proof !== "string") return await confirmPage(page, id, pending, { ...form, fault: proof });
    const waited = await takeState(page, pendingForm, id);
    return waited && (await resume(waited.action, { ...waited.form, proof }));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return refused(page, id, pending, form, error);
  }
}

/** Whether the session itself counts as a proof, since the person signed in again a moment ago. */
export const hasSignedInAgain = async ({ services, caller }: Page): Promise<boolean> =>
  (await findStepUp(services, caller, undefined)) !== undefined;

const isChannel = (method: string | undefined): method is "email" | "phone" =>
  method === "email" || method === "phone";

async function tryAnotherWay(
  page: Page,
  id: string,
  { sent: _sent, ...pending }: PendingForm,
): Promise<Answer> {
  await keepState(page, pendingForm, pending, id);
  return goTo(`/account/confirm/${id}`);
}

async function sendProofCode(page: Page, id: string, pending: PendingForm, form: Typed): Promise<Answer> {
  const { sent: before } = pending;
  const recipient = before
    ? { type: before.type, value: before.address }
    : await ownAddress(page, isChannel(form.method) ? form.method : "email");
  const { sentTo, expiresAt, resendAfter } = await sendCode(page.services, page.caller, {
    recipient,
    verificationId: undefined,
  });
  const sent = { type: recipient.type, address: sentTo, expiresAt, resendAfter };
  await keepState(page, pendingForm, { ...pending, sent }, id);
  return goTo(`/account/confirm/${id}`);
}

async function ownAddress(page: Page, type: Recipient["type"]): Promise<Recipient> {
  const { document } = await readStored(page);
  return { type, value: textIn(document, type === "email" ? "primaryEmail" : "primaryPhone") };
}

/** @returns the step-up record, or what is wrong with the proof. */
async function proofOf(
  page: Page,
  { sent }: PendingForm,
  form: Typed,
): Promise<string | { id: string; message: string }> {
  const { services, caller, t } = page;
  if (sent) {
    const verificationCode = codeIn(form);
    if (verificationCode === "") return { id: "code", message: t.text("error.codeEmpty") };
    const recipient = { type: sent.type, value: sent.address };
    const verified = await verifyCode(services, caller, { recipient, verificationCode });
    if (!("verificationId" in verified)) throw new Refusal("code_expired");
    return verified.verificationId;
  }
  const { password = "" } = form;
  if (password === "") return { id: "password", message: t.text("error.passwordEmpty") };
  return (await verifyPassword(services, caller, password)).verificationId;
}

async function refused(
  page: Page,
  id: string,
  pending: PendingForm,
  { method }: Typed,
  error: Refusal,
): Promise<Answer> {
  if (error.code === "password_incorrect") {
    const fault = { id: "password", message: page.t.text("error.password") };
    return confirmPage(page, id, pending, { method, fault });
  }
  if (error.code === "too_many_attempts")
    return confirmPage(page, id, pending, { method, trouble: await lockedText(page, error) });
  const { fault, trouble = troubleOf(page, error)?.message } = await codeTrouble(page, error);
  if (fault === undefined && trouble === undefined) throw error;
  const state = await findState(page, pendingForm, id);
  return confirmPage(page, id, state ?? pending, {
    method,
    trouble,
    fault: fault === undefined ? undefined : { id: "code", message: fault },
  });
}
