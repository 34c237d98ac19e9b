/** `GET /account/password`: a new password. */
import { html } from "hono/html";
import { type Answer, show } from "../answer.ts";
import { attributes, labelled } from "../forms/inputs.ts";
import { type Html, policyKeys } from "../messages/messages.ts";
import type { Page } from "../page.ts";
import { buttonLink, pageHead, summary } from "../parts/blocks.ts";
import { personIn, readStored, type Stored, textIn } from "../stored.ts";
import { hidden } from "./form-page.ts";

const back = { path: "/account/sign-in", key: "nav.signIn" } as const;

type State = { faults?: readonly string[]; trouble?: string | undefined; proof?: string | undefined };

/** What is typed is never shown again: the form comes back empty. */
export async function passwordPage(page: Page, { faults = [], trouble, proof }: State = {}): Promise<Answer> {
  const { t, href } = page;
  const stored = await readStored(page);
  const title = t.text(stored.document.hasPassword === true ? "password.title" : "password.setTitle");
  const wrong = [
    ...(trouble ? [{ id: undefined, message: trouble }] : []),
    ...faults.map((message) => ({ id: "password", message })),
  ];
  return show(
    {
      title,
      section: "signIn",
      person: personIn(stored),
      hasFault: wrong.length > 0,
      content: html`${pageHead(page, { title, intro: t.text("password.intro"), back, alarm: summary(t, wrong) })}
<form class="form" method="post" action="${href("/account/password")}" novalidate>
${usernameFor(stored)}${newPassword(page, faults)}
<div class="buttons"><button class="button primary">${t.text("action.save")}</button>${buttonLink(href(back.path), t.text("action.cancel"))}</div>
${hiddenOf(page, proof)}</form>`,
    },
    wrong.length > 0 ? 422 : 200,
  );
}

const hiddenOf = (page: Page, proof: string | undefined): Html =>
  html`${hidden(page, proof === undefined ? {} : { proof })}`;

/** Tells a password manager whose password this is. It takes no part in the page otherwise. */
export function usernameFor({ document }: Pick<Stored, "document">): Html {
  const name =
    textIn(document, "primaryEmail") || textIn(document, "username") || textIn(document, "primaryPhone");
  return html`<input class="visually-hidden" name="username" autocomplete="username" value="${name}" readonly tabindex="-1" aria-hidden="true">`;
}

/** The tenant's rules in words, for the script; it fills in what stands in braces. */
const policyTexts = (t: Page["t"]) =>
  Object.fromEntries(
    policyKeys.map((key) => [key.slice("policy.".length), t.text(key, { min: "{min}", max: "{max}" })]),
  );

function newPassword({ t, href }: Page, faults: readonly string[]): Html {
  return labelled(
    { name: "password", label: t.text("password.new"), help: undefined },
    { typed: {}, faults: faults.length > 0 ? { password: faults.join(". ") } : {} },
    (common) =>
      html`<div class="with-action"><input class="input"${common}${attributes({
        type: "password",
        autocomplete: "new-password",
        enterkeyhint: "done",
        dir: "ltr",
        "data-check": href("/me/password/check"),
        "data-policy": JSON.stringify(policyTexts(t)),
        "data-good": t.text("password.good"),
        "data-show": t.text("password.show"),
        "data-hide": t.text("password.hide"),
      })}></div><ul class="rules" data-rules aria-live="polite"></ul>`,
  );
}
