/** What a person does on the account page, from sign-in to sign-out, in Chromium. */
import { expect, test } from "vitest";
import { signIn, useAccountPage } from "../support/account-page.ts";

const account = useAccountPage();

test("sign in, look, sign out", async () => {
  const page = await account.open();
  await signIn(account, page, "alice");
  expect(await page.locator("h1").textContent()).toBe("Hello, Alice");
  await page.locator(".sign-out").click();
  await page.locator("h1:text('You are signed out')").waitFor();
});
