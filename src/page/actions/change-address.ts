/** A new e-mail address or phone number: a code goes there, the code comes back, and then it is the person's. */
import { canonicalPatch } from "../../fields/kind.ts";
import type { Recipient } from "../../logto/codes.ts";
import { updateProfile } from "../../me/profile/update-profile.ts";
import { sendCode } from "../../me/verification-codes/send-code.ts";
import { verifyCode } from "../../me/verification-codes/verify-code.ts";
import { Refusal } from "../../problem.ts";
import { type Answer, goTo } from "../answer.ts";
import { faultKeys, fieldAt, inputName, labelOf } from "../forms/controls.ts";
import { faultsOf } from "../forms/faults.ts";
import { patchFrom } from "../forms/submission.ts";
import type { Typed } from "../forms/typed.ts";
import type { Page } from "../page.ts";
import { announce } from "../parts/saved.ts";
import { findState, keepState, type NewAddress, newAddress, takeState } from "../states.ts";
import { codeTrouble, troubleOf } from "../trouble.ts";
import {
  type AddressType,
  addressPages,
  addressText,
  codePage,
  newAddressPage,
} from "../views/new-address.ts";

const after = "/account/sign-in";

/** Sends a code to the new address. @throws {Refusal} `step_up_required`, and what no form can say. */
export async function changeAddress(page: Page, type: AddressType, form: Typed): Promise<Answer> {
  const { pointer } = addressPages[type];
  const field = fieldAt(pointer);
  if (form.remove === "yes") return removeAddress(page, type, form);
  const typed = form[inputName(field)] ?? "";
  const { proof } = form;
  const value = canonicalPatch(field, typed);
  const isAddress = typeof value === "string" && field.schema.safeParse(value).success;
  if (!isAddress) return newAddressPage(page, type, { typed, proof, fault: page.t.text(faultKeys[type]) });
  try {
    const sent = await send(page, { type, value }, proof);
    const id = await keepState(page, newAddress, sent);
    return goTo(`/account/code/${id}`);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const faults = faultsOf(page.t, [field], error);
    const trouble = troubleOf(page, error)?.message;
    if (error.code === "validation_failed" || faults)
      return newAddressPage(page, type, {
        typed,
        proof,
        fault: Object.values(faults ?? {})[0] ?? page.t.text(faultKeys[type]),
      });
    if (trouble) return newAddressPage(page, type, { typed, proof, trouble });
    throw error;
  }
}

async function send(page: Page, recipient: Recipient, proof: string | undefined): Promise<NewAddress> {
  const input = { recipient, verificationId: proof };
  const { sentTo, expiresAt, resendAfter } = await sendCode(page.services, page.caller, input);
  const sent = { type: recipient.type, address: sentTo, expiresAt, resendAfter };
  return proof === undefined ? sent : { ...sent, proof };
}

async function removeAddress(page: Page, type: AddressType, form: Typed): Promise<Answer> {
  const field = fieldAt(addressPages[type].pointer);
  try {
    const patch = patchFrom({ [field.pointer]: null });
    await updateProfile(page.services, page.caller, { patch, verificationId: form.proof });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const trouble =
      Object.values(faultsOf(page.t, [field], error) ?? {})[0] ?? troubleOf(page, error)?.message;
    if (trouble === undefined) throw error;
    return newAddressPage(page, type, { trouble, proof: form.proof });
  }
  return goTo(
    `${after}${await announce(page, "saved.removed", { values: { what: labelOf(page.t, field) } })}`,
  );
}

/** Checks the code and saves the address; or sends another code. */
export async function proveAddress(page: Page, form: Typed): Promise<Answer | undefined> {
  const id = form.state ?? "";
  const state = await findState(page, newAddress, id);
  if (!state) return undefined;
  const recipient = { type: state.type, value: state.address };
  try {
    if (form.resend === "yes") {
      await keepState(page, newAddress, await send(page, recipient, state.proof), id);
      return goTo(`/account/code/${id}`);
    }
    const verificationCode = codeIn(form);
    if (verificationCode === "") return codePage(page, id, state, page.t.text("error.codeEmpty"));
    await verifyCode(page.services, page.caller, { recipient, verificationCode });
    return await saveAddress(page, id, state);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const { fault, trouble } = await codeTrouble(page, error);
    if (fault === undefined && trouble === undefined) throw error;
    return codePage(page, id, state, fault, trouble);
  }
}

/** The digits of what was typed or pasted. */
export const codeIn = (form: Typed): string => (form.code ?? "").normalize("NFKC").replace(/\D/g, "");

async function saveAddress(page: Page, id: string, state: NewAddress): Promise<Answer> {
  const field = fieldAt(addressPages[state.type].pointer);
  const patch = patchFrom({ [field.pointer]: state.address });
  try {
    await updateProfile(page.services, page.caller, { patch, verificationId: state.proof });
  } catch (error) {
    const faults = error instanceof Refusal ? faultsOf(page.t, [field], error) : undefined;
    if (!faults) throw error;
    return newAddressPage(page, state.type, {
      typed: addressText(state),
      fault: Object.values(faults)[0] ?? "",
      proof: state.proof,
    });
  }
  await takeState(page, newAddress, id);
  const values = { what: labelOf(page.t, field) };
  return goTo(`${after}${await announce(page, "saved.address", { values, address: addressText(state) })}`);
}
