/** What a person does on the account page, from sign-in to sign-out, in Chromium. */
import type { BrowserContextOptions, Page } from "playwright-core";
import { expect, test } from "vitest";
import { type AccountPage, signIn, useAccountPage } from "../support/account-page.ts";
import { follow } from "../support/account-states.ts";
import { type Hands, keyboard, mouse } from "../support/hands.ts";

const account = useAccountPage();

type Way = {
  username: string;
  hands?: Hands;
  options?: BrowserContextOptions;
  germany?: string;
};

const phone = { viewport: { width: 360, height: 740 } };

// First, while the clocks of the service and of the tenant agree.
test.each([
  ["with JavaScript", true],
  ["without JavaScript", false],
])(
  "neither a new sign-in nor the end of a session loses what was typed, %s",
  { timeout: 180_000 },
  async (way, javaScriptEnabled) => {
    const page = await account.open({ javaScriptEnabled });
    const press = (button: string) => follow(page, () => page.locator(button).first().click());
    await signIn(account, page, "carol");

    await page.goto("/account/private/ssn");
    await page.fill("#business-ssn", "521-73-8846");
    await press("main form .primary");
    await page.check("input[value=sign_in]");
    await page.locator("main form .primary").click();
    await page.fill("#identifier", "carol");
    await page.fill("#password", "carol-password-1");
    await page.locator("button[type=submit]").click();
    if (!javaScriptEnabled) await page.locator("form[data-finish] button").click();
    await page.waitForURL(/\/account\/private\?saved=/);
    expect(await page.locator("main").innerText()).toContain("•••••8846");

    await page.goto("/account/profile");
    await page.fill("#profile-nickname", `Caro ${way}`);
    await account.database.kysely.deleteFrom("sessions").execute();
    await press("main form .primary");
    expect(await page.locator("main").innerText()).toContain("What you typed is kept");
    await page.locator("main .primary").click();
    await page.waitForURL(/\/account\/confirm\//);
    await press("main form .primary");
    expect(await page.locator("main").innerText()).toContain(`Caro ${way}`);
    await page.context().close();
  },
);

test.each<[string, Way]>([
  ["on a desktop", { username: "alice" }],
  ["with JavaScript off", { username: "bob", options: { javaScriptEnabled: false } }],
  ["on a phone of 360 px", { username: "carol", options: phone }],
  ["by keyboard alone", { username: "alice", hands: keyboard }],
  ["in Arabic", { username: "bob", options: { locale: "ar" }, germany: "ألمانيا" }],
])("from sign-in to sign-out %s", { timeout: 180_000 }, async (way, wishes) => {
  const page = await account.open(wishes.options);
  const journey = new Journey(account, page, wishes, way);
  await journey.signIn();
  await journey.changeName();
  await journey.storeAndRevealSocialSecurityNumber();
  await journey.changePassword();
  await journey.changeEmail();
  await journey.setAddressAbroad();
  await journey.undo();
  await journey.signOut();
  await page.context().close();
});

const passwords = new Map<string, string>();

class Journey {
  readonly #account: AccountPage;
  readonly #page: Page;
  readonly #way: Way;
  readonly #hands: Hands;
  readonly #name: string;

  constructor(service: AccountPage, page: Page, way: Way, name: string) {
    this.#account = service;
    this.#page = page;
    this.#way = way;
    this.#hands = way.hands ?? mouse;
    this.#name = name.replaceAll(/\W/g, "-").toLowerCase();
  }

  get #password() {
    return passwords.get(this.#way.username) ?? `${this.#way.username}-password-1`;
  }

  #fill = (selector: string, text: string) => this.#hands.fill(this.#page, selector, text);
  #open = (path: string) => this.#page.goto(`/account${path}`);
  #send = (button = "main form .primary") => {
    // So that the entries of the activity have one order.
    this.#account.platform.advance(1000);
    return follow(this.#page, () => this.#hands.press(this.#page, button));
  };
  #text = () => this.#page.locator("main").innerText();

  async #confirm() {
    await this.#fill("#password", this.#password);
    await this.#send();
  }

  async signIn() {
    await signIn(this.#account, this.#page, this.#way.username, this.#password);
    await this.#page.locator(".who").waitFor();
  }

  async changeName() {
    await this.#open("/profile");
    await this.#fill("#name", `Robin ${this.#name}`);
    await this.#send();
    expect(await this.#text()).toContain(`Robin ${this.#name}`);
    expect(await this.#page.locator("[role=status]").count()).toBe(1);
  }

  async storeAndRevealSocialSecurityNumber() {
    await this.#open("/private/ssn");
    await this.#fill("#business-ssn", "078-05-1120");
    await this.#send();
    expect(this.#page.url()).toMatch(/\/account\/confirm\/[\w-]+$/);
    await this.#confirm();
    expect(await this.#text()).toContain("•••••1120");
    expect(await this.#page.content()).not.toContain("078-05-1120");
    await this.#send("form[action$=reveal] button");
    await this.#confirm();
    expect(await this.#text()).toContain("078-05-1120");
  }

  async changePassword() {
    const next = `quiet-Harbour-${this.#name}-27`;
    await this.#open("/password");
    await this.#fill("#password", next);
    await this.#send();
    await this.#confirm();
    passwords.set(this.#way.username, next);
    expect(this.#page.url()).toContain("/account/sign-in?saved=");
  }

  async changeEmail() {
    const email = `${this.#name}@example.test`;
    await this.#open("/email");
    await this.#fill("#primaryEmail", email.toUpperCase());
    await this.#send();
    await this.#confirm();
    await this.#fill("#code", ` ${this.#account.tenant.messages(email)?.code} `);
    await this.#send();
    expect(await this.#page.locator("[role=status]").innerText()).toContain(email);
  }

  async setAddressAbroad() {
    const { germany = "Germany" } = this.#way;
    await this.#open("/address");
    const page = this.#page;
    await follow(page, async () => {
      await this.#hands.choose(page, "[data-reshapes]", germany);
      if (await page.locator("[data-reshape]").isVisible()) await this.#hands.press(page, "[data-reshape]");
      else await page.keyboard.press("Tab");
    });
    await this.#fill("[name$=streetAddress]", "Hafenstraße 1");
    await this.#fill("[name$=postalCode]", "20457");
    await this.#fill("[name$=locality]", "Hamburg");
    await this.#send();
    expect(await this.#text()).toContain(`Hafenstraße 1\n20457 Hamburg\n${germany}`);
  }

  async undo() {
    await this.#open("/activity");
    const events = await this.#page.locator(".event").count();
    // The address, the e-mail and its code, the password, the number and its reveal, the proofs, the name.
    expect(events).toBeGreaterThanOrEqual(11);
    await this.#send("form[action$=undo] button");
    await this.#open("");
    expect(await this.#text()).not.toContain("Hafenstraße");
  }

  async signOut() {
    const page = this.#page;
    await this.#hands.press(page, ".sign-out");
    // Without JavaScript, the tenant's own page asks for one press.
    if (this.#way.options?.javaScriptEnabled === false) await page.locator("button[name=logout]").click();
    await page.locator("a[href*='/session/sign-in']").waitFor();
    expect(new URL(page.url()).pathname).toBe("/account");
    for (const _step of [1, 2, 3]) {
      await page.waitForLoadState();
      expect(await page.locator(".who").count()).toBe(0);
      expect(await page.content()).not.toContain("@example.test");
      // Without JavaScript, the answers to forms are pages of the history, which the browser does not fetch by itself.
      await page.goBack().catch(() => {});
    }
  }
}
