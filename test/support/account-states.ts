/** A walk through every page of the account, in every state that it can be in. */
import type { Page } from "playwright-core";
import { type AccountPage, signIn } from "./account-page.ts";
import { breakerPause } from "./logto.ts";
import { linkSentTo } from "./undo.ts";

/** Looks at the page as it is now. @param name of the page and its state. */
export type Look = (name: string, page: Page) => Promise<void>;

const mailbox = "alice.abroad@example.test";

/** @param page of somebody who is not signed in, with JavaScript or without. */
export async function walkStates(account: AccountPage, page: Page, look: Look): Promise<void> {
  const seen = (name: string) => look(name, page);
  await page.goto("/account");
  await seen("signed-out");
  await page.locator("main .button.primary").click();
  await seen("tenant-sign-in");
  await page.fill("#identifier", "alice");
  await page.fill("#password", "not-it");
  await page.locator("button[type=submit]").click();
  await page.locator("[role=alert]").waitFor();
  await seen("tenant-sign-in-wrong");
  await page.goto("/session/callback?state=made-up");
  await seen("callback-not-valid");
  await signIn(account, page, "alice");
  await seen("overview-empty");
  await lookAtForms(page, seen);
  await saveThings(account, page, seen);
  await meetConflict(account, page, seen);
  await stepUp(account, page, seen);
  await changeEmail(account, page, seen);
  await changePassword(page, seen);
  await askToLeave(page, seen);
  await openLinks(account, page, seen);
  await seeFaults(account, page, seen);
}

type Seen = (name: string) => Promise<void>;

/** Does something, and waits until what follows stands in the place of this page. */
export async function follow(page: Page, act: () => Promise<void>): Promise<void> {
  await page.evaluate("document.querySelector('main').dataset.former = ''");
  await act();
  await page.locator("main:not([data-former]) h1").waitFor();
  await page.waitForLoadState();
}

/** Presses the button of a form. */
const send = (page: Page, button = "main form .primary"): Promise<void> =>
  follow(page, () => page.locator(button).first().click());

async function lookAtForms(page: Page, seen: Seen) {
  for (const path of [
    "profile",
    "picture",
    "address",
    "sign-in",
    "sessions",
    "applications",
    "email",
    "phone",
    "username",
    "password",
  ]) {
    await page.goto(`/account/${path}`);
    await seen(path);
  }
  for (const path of [
    "private",
    "private/ssn",
    "private/mailingAddress",
    "private/paymentMethods",
    "preferences",
    "activity",
    "sign-ins",
    "sign-ins/not-me",
    "notices",
    "export",
    "deletion",
  ]) {
    await page.goto(`/account/${path}`);
    await seen(path.replace("/", "-"));
  }
}

async function saveThings({ platform }: AccountPage, page: Page, seen: Seen) {
  await page.goto("/account/profile");
  await page.fill("#profile-website", "javascript:alert(1)");
  await page.fill("#profile-birthdate-day", "31");
  await page.fill("#profile-birthdate-month", "2");
  await send(page);
  await seen("profile-invalid");
  await page.fill("#profile-website", "https://alice.example.com/");
  await page.fill("#profile-birthdate-day", "27");
  await page.fill("#profile-birthdate-month", "3");
  await page.fill("#name", "Alice Doe");
  await send(page);
  await seen("overview-saved");
  platform.advance(60_000);
  await setAddress(page, "address");
  await page.fill("#profile-address-postalCode", "01500");
  await send(page);
  await seen("address-invalid");
  await page.fill("#profile-address-postalCode", "0150");
  await send(page);
  await page.goto("/account/preferences");
  await page.selectOption("#profile-zoneinfo", "Europe/Oslo");
  await send(page);
}

/** Chooses a country, and fills in an address there. */
async function setAddress(page: Page, path: string): Promise<void> {
  await page.goto(`/account/${path}`);
  await page.locator("[data-reshapes]").selectOption("NO");
  const reshape = page.locator("[data-reshape]");
  if (await reshape.isVisible()) await reshape.click();
  await page.locator("[data-reshapes]:has(option[value=NO][selected])").waitFor();
  await page.fill("[name$=streetAddress]", "Storgata 1");
  await page.fill("[name$=postalCode]", "0150");
  await page.fill("[name$=locality]", "Oslo");
}

async function meetConflict(account: AccountPage, page: Page, seen: Seen) {
  await page.goto("/account/profile");
  await page.fill("#profile-nickname", "Al");
  await account.as("alice")("PATCH", "/me", { profile: { nickname: "Ally" } });
  await send(page);
  await seen("conflict");
  await send(page);
}

/** The password that was given wrongly, then rightly; a code; a new sign-in. */
async function stepUp({ tenant }: AccountPage, page: Page, seen: Seen) {
  await page.goto("/account/private/ssn");
  await page.fill("#business-ssn", "078-05-1120");
  await send(page);
  await seen("confirm");
  await send(page);
  await page.fill("#password", "not-it");
  await send(page);
  await seen("confirm-wrong");
  await page.fill("#password", "alice-password-1");
  await send(page);
  await seen("private-saved");
  await page.goto("/account/private/ssn");
  await seen("private-ssn-set");
  await page.goto("/account/private");
  await send(page, "form[action$=reveal] button");
  await page.check("input[value=email]");
  await send(page);
  await seen("confirm-code");
  await page.fill("#code", "000");
  await send(page);
  await seen("confirm-code-wrong");
  await page.fill("#code", tenant.messages("alice@example.test")?.code ?? "");
  await send(page);
  await seen("revealed");
}

async function changeEmail({ tenant }: AccountPage, page: Page, seen: Seen) {
  await page.goto("/account/email");
  await page.fill("#primaryEmail", "nonsense");
  await send(page);
  await seen("email-invalid");
  await page.fill("#primaryEmail", mailbox);
  await send(page);
  await page.fill("#password", "alice-password-1");
  await send(page);
  await seen("email-code");
  await page.fill("#code", "000000");
  await send(page);
  await seen("email-code-wrong");
  await page.fill("#code", tenant.messages(mailbox)?.code ?? "");
  await send(page);
  await seen("email-saved");
}

async function changePassword(page: Page, seen: Seen) {
  await page.goto("/account/password");
  await page.fill("#password", "abc");
  await send(page);
  await seen("password-invalid");
  await page.goto("/account/activity");
  await seen("activity-full");
  await page.goto("/account");
  await seen("overview-full");
}

/** The account that is to be deleted: its page, what every page says of it, and the way back. */
async function askToLeave(page: Page, seen: Seen) {
  await page.goto("/account/deletion");
  await page.fill("#confirm", "somebody");
  await send(page, "main .danger");
  await seen("deletion-invalid");
  await page.fill("#confirm", "alice");
  await send(page, "main .danger");
  await page.fill("#password", "alice-password-1");
  await send(page);
  await seen("deletion-asked");
  await page.goto("/account");
  await seen("overview-leaving");
  await page.goto("/account/deletion");
  await send(page);
  await seen("deletion-kept");
}

/** The pages of a link in a notice; it is not followed, which would end the session. */
async function openLinks(account: AccountPage, page: Page, seen: Seen) {
  await page.goto(await linkSentTo(account, "alice@example.test"));
  await seen("undo-link");
  await page.goto("/undo/none");
  await seen("undo-link-gone");
  await page.goto("/undo/done");
  await seen("undo-link-done");
}

async function seeFaults({ tenant }: AccountPage, page: Page, seen: Seen) {
  await page.goto("/account/nowhere");
  await seen("not-found");
  await page.goto("/account/confirm/nothing");
  await seen("expired");
  await page.goto("/account/private");
  await send(page, "form[action$=reveal] button");
  for (let tries = 0; tries < 6; tries++) {
    await page.fill("#password", `wrong-${tries}`);
    await send(page);
  }
  await seen("locked");
  await page.goto("/account/username");
  await page.fill("#username", "alice_abroad");
  const mend = tenant.faults.add({ match: { path: /^\/api\// }, status: 503, body: "" });
  await send(page);
  await seen("away-form");
  await page.goto("/account");
  await seen("away");
  mend();
  await breakerPause();
}
