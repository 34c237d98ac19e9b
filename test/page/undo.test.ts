/** A thief changes the e-mail, and whoever has the old mailbox puts it back, in Chromium. */
import { expect, test } from "vitest";
import { signIn, useAccountPage } from "../support/account-page.ts";
import { follow } from "../support/account-states.ts";
import { linkSentTo } from "../support/undo.ts";

const account = useAccountPage();

test("the notice in the old mailbox puts the e-mail back, signed out, and the thief is out", {
  timeout: 180_000,
}, async () => {
  const thief = await account.open();
  await signIn(account, thief, "alice");
  const record = (await account.as("alice")("POST", "/me/password/verify", { password: "alice-password-1" }))
    .body.verificationId;
  await thief.goto("/account/email");
  await thief.fill("#primaryEmail", "thief@example.test");
  const send = () => follow(thief, () => thief.locator("main form .primary").first().click());
  await send();
  await thief.fill("#password", "alice-password-1");
  await send();
  await thief.fill("#code", account.tenant.messages("thief@example.test")?.code ?? "");
  await send();
  expect(await thief.locator("main").innerText()).toContain("thief@example.test");

  const owner = await account.open();
  await owner.goto(await linkSentTo(account, "alice@example.test"));
  const said = await owner.locator("main").innerText();
  expect(said).toContain("a•••@example.test");
  expect(said).not.toContain("thief@");
  await follow(owner, () => owner.locator("main form .primary").click());
  expect(new URL(owner.url()).pathname).toBe("/undo/done");

  await thief.goto("/account/sign-in");
  expect(await thief.locator(".who").count()).toBe(0);
  const late = await account.as("alice")(
    "PATCH",
    "/me",
    { primaryPhone: null },
    { "verification-id": record },
  );
  expect(late).toMatchObject({ status: 403, body: { code: "step_up_required" } });
  expect(account.tenant.notices("thief@example.test").at(-1)?.text).not.toContain("/undo/");

  await signIn(account, owner, "alice");
  await owner.goto("/account/sign-in");
  expect(await owner.locator("main").innerText()).toContain("alice@example.test");
  await owner.goto("/account/activity");
  const activity = await owner.locator("main").innerText();
  expect(activity).toContain("E-mail put back, and everybody else signed out");
  expect(activity).toContain("Link in a message");
  expect(activity).toContain("E-mail changed");
});

test("somebody signed in puts their e-mail back from the activity, with a proof, and stays signed in", async () => {
  const page = await account.open();
  await signIn(account, page, "bob");
  await account.as("bob")("PATCH", "/me", { username: "robert" });
  await page.goto("/account/activity");
  await follow(page, () => page.locator("form[action$=undo] button").first().click());
  await page.fill("#password", "bob-password-1");
  await follow(page, () => page.locator("main form .primary").first().click());
  expect(await page.locator("[role=status]").innerText()).toContain("Put back.");
  expect(account.tenant.state.users.get(account.userId("bob")).username).toBe("bob");
});
