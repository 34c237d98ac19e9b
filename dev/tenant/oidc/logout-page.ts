import { randomBytes } from "node:crypto";
import { html, raw } from "hono/html";
import type { KoaContextWithOIDC } from "oidc-provider";
import { frame } from "../experience/page-frame.ts";
import { speechFor } from "../experience/sign-in-texts.ts";

/** The sign-out page: its script presses the button at once, and the user is not asked. @param form of oidc-provider. */
export async function logoutPage(ctx: KoaContextWithOIDC, form: string): Promise<void> {
  const nonce = randomBytes(16).toString("base64");
  const { language, direction, texts } = speechFor(ctx.get("accept-language"));
  const content = html`<p class="intro">${texts.signOutIntro}</p>${raw(form)}
<button form="op.logoutForm" name="logout" value="yes">${texts.signOut}</button>
<script nonce="${nonce}">document.querySelector("button").click()</script>`;
  ctx.set(
    "Content-Security-Policy",
    `default-src 'none'; script-src 'nonce-${nonce}'; style-src 'nonce-${nonce}'`,
  );
  ctx.type = "html";
  ctx.body = String(await frame({ nonce, language, direction, title: texts.signOut, content }));
}
