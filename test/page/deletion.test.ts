/** The end of an account on its page, in Chromium: asked for and taken back; asked for and carried out. */
import { expect, test } from "vitest";
import { signIn, useAccountPage } from "../support/account-page.ts";
import { follow } from "../support/account-states.ts";
import { day, runDeletions, tracesOf } from "../support/deletions.ts";

const account = useAccountPage();

test("somebody asks, signs in again and keeps the account; asks again, and it is gone on its day", {
  timeout: 120_000,
}, async () => {
  const page = await account.open({ javaScriptEnabled: false });
  const text = () => page.locator("main").innerText();
  const press = (button: string) => follow(page, () => page.locator(button).first().click());
  const ask = async () => {
    await page.goto("/account");
    await press("a[href$='/account/deletion']");
    await page.fill("#confirm", "bob");
    await press("main .danger");
    expect(await text()).toContain("not the name of your account");
    await page.fill("#confirm", " Alice@Example.test");
    await press("main .danger");
    await page.fill("#password", "alice-password-1");
    await press("main form .primary");
    expect(await text()).toContain("Your account will be deleted");
  };
  await signIn(account, page, "alice");
  await ask();
  await page.goto("/account/profile");
  expect(await text()).toContain("This account will be deleted on");

  await account.database.kysely.deleteFrom("sessions").execute();
  await page.goto("/account");
  await page.locator("main .button.primary").click();
  // Logto still knows the browser; whoever comes back is offered to keep the account, wherever they were going.
  await page.waitForURL(/\/account\/deletion$/);
  await press("main form .primary");
  expect(await text()).toContain("Your account stays");
  await page.goto("/account/profile");
  expect(await text()).not.toContain("will be deleted");

  account.platform.advance(1000);
  await ask();
  account.platform.advance(14 * day);
  expect(await runDeletions(account)).toMatchObject({ deleted: 1 });
  await page.goto("/account");
  expect(await page.locator(".who").count()).toBe(0);
  expect(await tracesOf(account, "alice")).toMatchObject({ atTenant: false, rows: 0 });
});
