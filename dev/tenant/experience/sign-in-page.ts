/** The sign-in form and the form of the second factor. A plain form sends them: nothing here needs a script. */
import { html } from "hono/html";
import { frame, type Html } from "./page-frame.ts";
import type { Speech } from "./sign-in-texts.ts";

export type SignInState = {
  /** What was typed, or hinted at. */
  identifier: string;
  /** Whether the password was right and a second factor is asked for. */
  asksCode?: boolean;
  /** What is wrong, in words. */
  fault?: string | undefined;
};

export function signInPage(nonce: string, speech: Speech, state: SignInState): Html {
  const { language, direction, texts } = speech;
  const { asksCode = false, fault } = state;
  return frame({
    ...{ nonce, language, direction },
    title: asksCode ? texts.secondFactor : texts.signIn,
    problem: fault && texts.error,
    content: html`<p class="intro">${asksCode ? texts.secondFactorIntro : intro(texts.intro)}</p>
${fault ? html`<p role="alert">${fault}</p>` : ""}
<form method="post">${asksCode ? codeInputs(speech, fault) : passwordInputs(speech, state)}</form>`,
  });
}

/** The sentence with the name and the password of a seeded person, which are written from left to right. */
const intro = (sentence: string): Html[] =>
  sentence
    .split(/(\{name\}|\{password\})/)
    .map((part) =>
      part === "{name}"
        ? html`<code dir="ltr">alice</code>`
        : part === "{password}"
          ? html`<code dir="ltr">alice-password-1</code>`
          : html`${part}`,
    );

const invalid = (fault: string | undefined) => (fault ? html` aria-invalid="true"` : "");

/** Whoever has typed a name goes on with the password. */
const passwordInputs = ({ texts }: Speech, { identifier, fault }: SignInState): Html =>
  html`<label for="identifier">${texts.identifier}</label>
<input id="identifier" name="identifier" value="${identifier}" autocomplete="username" autocapitalize="none" spellcheck="false" enterkeyhint="next" dir="ltr" required${invalid(fault)}${identifier === "" ? html` autofocus` : ""}>
<label for="password">${texts.password}</label>
<input id="password" name="password" type="password" autocomplete="current-password" enterkeyhint="go" dir="ltr" required${invalid(fault)}${identifier === "" ? "" : html` autofocus`}>
<button type="submit">${texts.signIn}</button>`;

const codeInputs = ({ texts }: Speech, fault: string | undefined): Html =>
  html`<label for="code">${texts.code}</label>
<input id="code" name="code" autocomplete="one-time-code" autocapitalize="none" spellcheck="false" enterkeyhint="go" dir="ltr" required autofocus${invalid(fault)}>
<button type="submit">${texts.proceed}</button>`;
