/** Forms that wait: for a proof, or for their person to sign in again. */
import { expect, test } from "vitest";
import { signedInBrowser, useSessionService } from "../support/browser-session.ts";
import { everyByte } from "../support/files.ts";
import { follow, inputsOf } from "../support/page-forms.ts";

const service = useSessionService();

test("what waits for a proof is in no address and readable in no table, and survives a wrong password", async () => {
  const browser = await signedInBrowser(service, "alice");
  const opened = inputsOf((await browser.open("/account/private/ssn")).text, "/account/private");
  const waiting = await browser.post("/account/private", { ...opened, "business.ssn": "521-73-8846" });
  const location = waiting.headers.get("location") ?? "";
  expect(location).toMatch(/^\/account\/confirm\/[\w-]{36}$/);
  expect(everyByte(service.folder)).not.toContain("521-73-8846");
  const asked = await follow(browser, location);
  const form = inputsOf(asked.text, "/account/confirm");
  const wrong = await browser.post("/account/confirm", { ...form, method: "password", password: "no" });
  expect(wrong.text).toContain("This is not your password");
  const right = await browser.post("/account/confirm", {
    ...inputsOf(wrong.text, "/account/confirm"),
    method: "password",
    password: "alice-password-1",
  });
  expect((await follow(browser, right.headers.get("location"))).text).toContain("•••••8846");
  expect((await follow(browser, location)).status).toBe(410);
});

test("means of payment are added and removed one by one, and the others stay", async () => {
  const browser = await signedInBrowser(service, "bob");
  const path = "/account/private/paymentMethods";
  const prove = async (answer: { headers: Headers }) => {
    const asked = await follow(browser, answer.headers.get("location"));
    const form = inputsOf(asked.text, "/account/confirm");
    return browser.post("/account/confirm", { ...form, method: "password", password: "bob-password-1" });
  };
  const add = async (values: Record<string, string>) => {
    const inputs = inputsOf((await browser.open(path)).text, "/account/list");
    const typed = Object.entries(values).map(([name, value]) => [`business.paymentMethods.${name}`, value]);
    return browser.post("/account/list", { ...inputs, ...Object.fromEntries(typed) });
  };
  const visa = { token: "tok_1", brand: "Visa", last4: "4242", expiry: "12/30" };
  const maestro = { token: "tok_2", brand: "Maestro", last4: "1111", expiry: "01/29" };

  const wrong = await add({ ...visa, last4: "", expiry: "soon" });
  expect(wrong.status).toBe(422);
  expect(wrong.text).toContain('href="#business-paymentMethods-last4">Enter Last four digits');
  expect(wrong.text).toContain('href="#business-paymentMethods-expiry"');
  expect(wrong.text).toContain('value="tok_1"');
  const card = await add({ ...visa, token: "4242 4242 4242 4242" });
  expect(card.text).toContain("holds a full card number");

  for (const method of [visa, maestro]) expect((await prove(await add(method))).status).toBe(303);
  const page = await browser.open(path);
  expect(page.text).toContain("Visa •••••4242");
  expect(page.text).not.toContain("tok_");
  const removed = await prove(
    await browser.post("/account/list/remove", inputsOf(page.text, "/account/list/remove")),
  );
  expect((await follow(browser, removed.headers.get("location"))).text).toContain("Maestro •••••1111");
  const { body } = await service.as("bob")("GET", "/me/business");
  expect(body.paymentMethods.masked).toBe("Maestro •••••1111");
});

test("what is revealed is shown once, and the browser itself hides it after a minute", async () => {
  const browser = await signedInBrowser(service, "alice");
  const asked = await browser.post("/account/reveal", {
    ...inputsOf((await browser.open("/account/private")).text, "/account/reveal"),
  });
  const confirm = inputsOf((await follow(browser, asked.headers.get("location"))).text, "/account/confirm");
  const proof = { ...confirm, method: "password", password: "alice-password-1" };
  const { text, headers } = await browser.post("/account/confirm", proof);
  expect(text).toContain("521-73-8846");
  expect(headers.get("refresh")).toBe("60; url=/account/private");
  expect(headers.get("cache-control")).toBe("no-store");
  expect((await browser.open("/account/private")).text).not.toContain("521-73-8846");
});

test("nobody reaches what another person's form waits with", async () => {
  const alice = await signedInBrowser(service, "alice");
  const { csrf = "" } = inputsOf((await alice.open("/account/private/ssn")).text, "/account/private");
  const { headers } = await alice.post("/account/private", {
    field: "ssn",
    "business.ssn": "521-73-8847",
    csrf,
  });
  const bob = await signedInBrowser(service, "bob");
  expect((await follow(bob, headers.get("location"))).status).toBe(410);
});

test("a form that comes after its session has ended waits, sealed, for its person and for nobody else", async () => {
  const carol = await signedInBrowser(service, "carol");
  const opened = inputsOf((await carol.open("/account/profile")).text, "/account/profile");
  const form = { ...opened, "profile.nickname": "Caro the late" };
  service.platform.advance(61 * 60_000);
  const evil = await carol.post("/account/profile", form, { origin: "https://evil.example" });
  expect(evil.status).toBe(403);
  const unknown = await carol.post("/account/profile", { ...form, csrf: `${opened.csrf}A` });
  expect(unknown.text).not.toContain("/account/confirm/");
  const late = await carol.post("/account/profile", form);
  expect(late.status).toBe(401);
  const [, path = ""] = /returnTo=([^&"]+)/.exec(late.text) ?? [];
  const waiting = decodeURIComponent(path);
  expect(waiting).toMatch(/^\/account\/confirm\/[\w-]{36}$/);
  expect(late.text + everyByte(service.folder)).not.toContain("Caro the late");

  const bob = await signedInBrowser(service, "bob");
  expect((await bob.open(waiting)).status).toBe(410);
  const { csrf = "" } = inputsOf((await bob.open("/account/profile")).text, "/account/profile");
  const [, state = ""] = /confirm\/(.+)$/.exec(waiting) ?? [];
  expect((await bob.post("/account/confirm", { csrf, state })).status).toBe(410);

  await carol.signIn("carol");
  const page = await carol.open(waiting);
  expect(page.text).not.toContain("data-finish");
  expect((await service.as("carol")("GET", "/me")).body.profile.nickname).not.toBe("Caro the late");
  await carol.post("/account/confirm", inputsOf(page.text, "/account/confirm"));
  expect((await service.as("carol")("GET", "/me")).body.profile.nickname).toBe("Caro the late");
});

test("a form of an earlier session of the same person is carried out after one more press", async () => {
  const alice = await signedInBrowser(service, "alice");
  const opened = inputsOf((await alice.open("/account/profile")).text, "/account/profile");
  await alice.signIn("alice");
  const { headers } = await alice.post("/account/profile", { ...opened, "profile.nickname": "Ally" });
  const page = await follow(alice, headers.get("location"));
  expect((await service.as("alice")("GET", "/me")).body.profile.nickname).not.toBe("Ally");
  await alice.post("/account/confirm", inputsOf(page.text, "/account/confirm"));
  expect((await service.as("alice")("GET", "/me")).body.profile.nickname).toBe("Ally");
});
