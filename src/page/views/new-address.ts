/** The pages on which somebody gives a new e-mail address or phone number, and then the code that came there. */
import { html } from "hono/html";
import type { FieldEntry } from "../../fields/catalogue.ts";
import { type Answer, show } from "../answer.ts";
import { fieldAt, inputId, inputName } from "../forms/controls.ts";
import { fieldInput } from "../forms/field-input.ts";
import { textInput } from "../forms/inputs.ts";
import type { Typed } from "../forms/typed.ts";
import { type Html, ltr, nothing } from "../messages/messages.ts";
import type { Page } from "../page.ts";
import { buttonLink, pageHead, summary } from "../parts/blocks.ts";
import type { NewAddress, SentCode } from "../states.ts";
import { personIn, readStored, shownIn } from "../stored.ts";
import { hidden } from "./form-page.ts";
import { phoneText, shownAs } from "./values.ts";

export type AddressType = SentCode["type"];

export const addressPages = {
  email: {
    pointer: "/primaryEmail",
    path: "/account/email",
    title: "email.title",
    addTitle: "email.addTitle",
    intro: "email.intro",
  },
  phone: {
    pointer: "/primaryPhone",
    path: "/account/phone",
    title: "phone.title",
    addTitle: "phone.addTitle",
    intro: "phone.intro",
  },
} as const;

const back = { path: "/account/sign-in", key: "nav.signIn" } as const;

type State = { typed?: string; fault?: string; trouble?: string | undefined; proof?: string | undefined };

/** The form for a new address. */
export async function newAddressPage(page: Page, type: AddressType, state: State = {}): Promise<Answer> {
  const { t, href } = page;
  const { pointer, path, ...keys } = addressPages[type];
  const field = fieldAt(pointer);
  const name = inputName(field);
  const stored = await readStored(page);
  const current = shownAs(t, field, shownIn(stored, field));
  const title = t.text(current ? keys.title : keys.addTitle);
  const wrong = [
    ...(state.trouble ? [{ id: undefined, message: state.trouble }] : []),
    ...(state.fault ? [{ id: inputId(name), message: state.fault }] : []),
  ];
  const filled = { typed: { [name]: state.typed ?? "" }, faults: faultsAt(name, state.fault) };
  return show(
    {
      title,
      section: "signIn",
      person: personIn(stored),
      hasFault: wrong.length > 0,
      content: html`${pageHead(page, { title, intro: introOf(page, type, current), back, alarm: summary(t, wrong) })}
<form class="form" method="post" action="${href(path)}" novalidate data-guarded>${hidden(page, state.proof === undefined ? {} : { proof: state.proof })}
${fieldInput(t, field, filled)}
<div class="buttons"><button class="button primary">${t.text("action.sendCode")}</button>${buttonLink(href(back.path), t.text("action.cancel"))}</div></form>
${current ? removal(page, field, path) : nothing}`,
    },
    wrong.length > 0 ? 422 : 200,
  );
}

function introOf({ t }: Page, type: AddressType, current: Html | undefined): Html {
  const intro = t.text(addressPages[type].intro);
  return current ? html`${intro} ${t.rich("email.current", { value: current })}.` : html`${intro}`;
}

const removal = (page: Page, field: FieldEntry, path: string): Html =>
  html`<form method="post" action="${page.href(path)}">${hidden(page, { remove: "yes" })}<button class="link start">${page.t.text("action.removeThis", { what: page.t.find(`field.${inputName(field)}`) ?? field.name })}</button></form>`;

export const faultsAt = (name: string, fault: string | undefined): Typed =>
  fault === undefined ? {} : { [name]: fault };

/** How an address that is not stored yet is written. */
export const addressText = ({ type, address }: Pick<SentCode, "type" | "address">): string =>
  type === "phone" ? phoneText(address) : address;

/** The form for the code. @param id of the state in which the new address waits. */
export async function codePage(
  page: Page,
  id: string,
  state: NewAddress,
  fault?: string,
  trouble?: string,
): Promise<Answer> {
  const { t, href } = page;
  const stored = await readStored(page);
  const wrong = [
    ...(trouble ? [{ id: undefined, message: trouble }] : []),
    ...(fault ? [{ id: "code", message: fault }] : []),
  ];
  const title = t.text("code.title");
  const { path } = addressPages[state.type];
  return show(
    {
      title,
      section: "signIn",
      person: personIn(stored),
      hasFault: wrong.length > 0,
      content: html`${pageHead(page, { title, intro: sentText(page, state), back: { path, key: "code.wrongAddress" }, alarm: summary(t, wrong) })}
<form class="form" method="post" action="${href("/account/code")}" novalidate>${hidden(page, { state: id })}
${codeInput(page, fault)}
<div class="buttons"><button class="button primary">${t.text("action.continue")}</button>${buttonLink(href(back.path), t.text("action.cancel"))}</div></form>
${resend(page, href("/account/code"), id, state)}`,
    },
    wrong.length > 0 ? 422 : 200,
  );
}

/** Where the code went, and how long it works. */
export function sentText({ t, services }: Page, sent: SentCode): Html {
  const minutes = Math.max(1, Math.ceil((Date.parse(sent.expiresAt) - services.platform.now()) / 60_000));
  return t.rich("code.sentTo", { address: ltr(addressText(sent)) }, { minutes });
}

export const codeInput = ({ t }: Page, fault: string | undefined): Html =>
  textInput(
    {
      name: "code",
      label: t.text("code.label"),
      help: t.text("code.help"),
      width: "code",
      more: {
        inputmode: "numeric",
        autocomplete: "one-time-code",
        enterkeyhint: "done",
        dir: "ltr",
        spellcheck: "false",
        "data-code": true,
      },
    },
    { typed: {}, faults: faultsAt("code", fault) },
  );

/** Another code. Until it can be sent the script counts down; without it a press too early says how long to wait. */
export function resend(page: Page, action: string, id: string, sent: SentCode): Html {
  const { t, services } = page;
  const seconds = Math.max(0, Math.ceil((Date.parse(sent.resendAfter) - services.platform.now()) / 1000));
  return html`<form class="resend" method="post" action="${action}">${hidden(page, { state: id, resend: "yes" })}
<p class="countdown">${t.text("code.resendNow")}${seconds > 0 ? html` <span data-countdown="${String(seconds)}">${t.text("code.resendIn", { seconds })}</span>` : nothing}</p>
<button class="link start" data-resend>${t.text("action.resend")}</button></form>`;
}
