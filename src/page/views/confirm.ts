/** The page that stands between a person and a sensitive change: it asks for one more proof, and forgets nothing. */
import { html } from "hono/html";
import { type Answer, show } from "../answer.ts";
import { attributes, labelled } from "../forms/inputs.ts";
import { type Html, ltr, type MessageKey, nothing } from "../messages/messages.ts";
import type { Page } from "../page.ts";
import { pageHead, summary } from "../parts/blocks.ts";
import type { PendingForm } from "../states.ts";
import { readStored, type Stored, textIn } from "../stored.ts";
import { hidden } from "./form-page.ts";
import { addressText, codeInput, faultsAt, resend, sentText } from "./new-address.ts";
import { usernameFor } from "./password.ts";

type State = {
  method?: string | undefined;
  fault?: { id: string; message: string } | undefined;
  trouble?: string | undefined;
};

const purposes: Readonly<Record<string, MessageKey>> = {
  "/account/reveal": "confirm.forReveal",
  "/account/email": "confirm.forEmail",
  "/account/phone": "confirm.forPhone",
  "/account/password": "confirm.forPassword",
  "/account/deletion": "confirm.forDeletion",
  "/account/export": "confirm.forExport",
  "/account/undo": "confirm.forUndo",
  "/account/sessions": "confirm.forSessions",
  "/account/sessions/others": "confirm.forSessions",
  "/account/factors/remove": "confirm.forFactor",
  "/account/identities/remove": "confirm.forIdentity",
};

/** The page to which somebody goes who would rather not. */
const wayBack: Readonly<Record<string, string>> = {
  "/account/reveal": "/account/private",
  "/account/remove": "/account/private",
  "/account/factors/remove": "/account/sign-in",
  "/account/identities/remove": "/account/sign-in",
  "/account/list": "/account/private",
  "/account/list/remove": "/account/private",
  "/account/undo": "/account/activity",
  "/account/sessions/others": "/account/sessions",
};

export async function confirmPage(
  page: Page,
  id: string,
  pending: PendingForm,
  state: State = {},
): Promise<Answer> {
  const { t, href } = page;
  const stored = await readStored(page);
  const { fault, trouble } = state;
  const wrong = [
    ...(trouble ? [{ id: undefined, message: trouble }] : []),
    ...(fault ? [{ id: fault.id, message: fault.message }] : []),
  ];
  const title = t.text("confirm.title");
  const what = t.text(purposes[pending.action] ?? "confirm.forChange");
  const body = pending.sent
    ? codeForm(page, id, pending, fault)
    : methodForm(page, id, pending, stored, state);
  const back = wayBack[pending.action] ?? pending.action;
  return show(
    {
      title,
      hasFault: wrong.length > 0,
      content: html`${pageHead(page, {
        title,
        intro: pending.sent ? sentText(page, pending.sent) : t.text("confirm.intro", { what }),
        alarm: summary(t, wrong),
      })}${body}<a class="link quiet start" href="${href(back)}">${t.text("confirm.back")}</a>`,
    },
    wrong.length > 0 ? 422 : 200,
  );
}

function codeForm(page: Page, id: string, { sent }: PendingForm, fault: State["fault"]): Html {
  const { t, href } = page;
  const action = href("/account/confirm");
  return html`<form class="form" method="post" action="${action}" novalidate>${hidden(page, { state: id })}
${codeInput(page, fault?.message)}
<button class="button primary wide">${t.text("action.continue")}</button></form>
${sent ? resend(page, action, id, sent) : nothing}
<form method="post" action="${action}">${hidden(page, { state: id, other: "yes" })}<button class="link start">${t.text("confirm.other")}</button></form>`;
}

function methodForm(
  page: Page,
  id: string,
  pending: PendingForm,
  stored: Stored,
  { method, fault }: State,
): Html {
  const { t, href } = page;
  const methods = pending.methods.filter(isMethod);
  const [first] = methods;
  if (!first) return html`<p>${t.text("confirm.none")}</p>`;
  const chosen = methods.find((name) => name === method) ?? first;
  const options = methods.map((name) => option(page, stored, name, name === chosen, fault));
  return html`<form class="form" method="post" action="${href("/account/confirm")}" novalidate>${hidden(page, { state: id })}
<fieldset class="options"><legend class="visually-hidden">${t.text("confirm.method")}</legend>${options}</fieldset>
<button class="button primary wide">${t.text("action.continue")}</button></form>`;
}

const methodNames = ["password", "email", "phone", "sign_in"] as const;
type Method = (typeof methodNames)[number];
const isMethod = (name: string): name is Method => methodNames.some((known) => known === name);

const titles = {
  password: "confirm.password",
  email: "confirm.email",
  phone: "confirm.phone",
  sign_in: "confirm.signIn",
} as const satisfies Record<Method, MessageKey>;

function option(page: Page, stored: Stored, method: Method, isChosen: boolean, fault: State["fault"]): Html {
  const { t } = page;
  const isPassword = method === "password";
  const radio = attributes({ value: method, checked: isChosen ? true : undefined });
  return html`<div class="option"><label><input type="radio" name="method"${radio}><strong>${t.text(titles[method])}</strong><span>${helpOf(page, stored, method)}</span></label>${
    isPassword ? html`${usernameFor(stored)}${passwordInput(page, fault)}` : nothing
  }</div>`;
}

function helpOf({ t }: Page, { document }: Stored, method: Method): Html {
  switch (method) {
    case "password":
      return html`${t.text("confirm.passwordHelp")}`;
    case "sign_in":
      return html`${t.text("confirm.signInHelp")}`;
    default: {
      const address = textIn(document, method === "email" ? "primaryEmail" : "primaryPhone");
      return t.rich("confirm.to", { address: ltr(addressText({ type: method, address })) });
    }
  }
}

const passwordInput = ({ t }: Page, fault: State["fault"]): Html =>
  labelled(
    { name: "password", label: t.text("confirm.password"), hidesLabel: true },
    { typed: {}, faults: faultsAt("password", fault?.id === "password" ? fault.message : undefined) },
    (common) =>
      html`<input class="input"${common}${attributes({ type: "password", autocomplete: "current-password", enterkeyhint: "go", dir: "ltr" })}>`,
  );

/** After a new sign-in: one press, which the script makes, finishes what waits. */
export async function finishPage(page: Page, id: string): Promise<Answer> {
  const { t, href } = page;
  const title = t.text("confirm.done");
  return show({
    title,
    content: html`${pageHead(page, { title, intro: t.text("confirm.doneIntro") })}
<form method="post" action="${href("/account/confirm")}" data-finish>${hidden(page, { state: id, method: "sign_in" })}<button class="button primary wide">${t.text("confirm.finish")}</button></form>`,
  });
}
