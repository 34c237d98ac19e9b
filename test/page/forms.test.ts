/** Forms of the account page: what is kept, merged, refused, and said, with the requests that browsers send. */
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { publicUrl, ServiceBrowser, signedInBrowser, useSessionService } from "../support/browser-session.ts";
import { follow, inputsOf, submit } from "../support/page-forms.ts";

const service = useSessionService({ PAGE_NAME: "Northwind", PAGE_ACCENT: "#ffd400" });

test("a page may load nothing from elsewhere, and its forms lead here or to Logto", async () => {
  const browser = await signedInBrowser(service, "alice");
  const { headers, text } = await browser.open("/account?utm_source=mail&fbclid=1");
  const { endpoint } = service.tenant.description;
  expect(headers.get("content-security-policy")).toBe(
    `default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; form-action 'self' ${endpoint}; base-uri 'none'; frame-ancestors 'none'`,
  );
  expect(headers.get("referrer-policy")).toBe("same-origin");
  expect(headers.get("cache-control")).toBe("no-store");
  expect(text).not.toMatch(/<style|<script>|\sstyle=|\son\w+=/);
});

test("the first page, its style and its script are at most 30 KiB, packed", async () => {
  const browser = await signedInBrowser(service, "alice");
  const page = await browser.open("/account");
  const addresses = [...page.text.matchAll(/(?:href|src)="([^"]+\.(?:css|js)\?v=\w+)"/g)].map(
    ([, url = ""]) => url,
  );
  const assets = await Promise.all(addresses.map((address) => browser.open(address)));
  const sizes = [page, ...assets].map(({ text }) => gzipSync(text).byteLength);
  expect(assets.map(({ headers }) => headers.get("cache-control"))).toEqual(
    Array(2).fill("public, max-age=31536000, immutable"),
  );
  console.info(`page: HTML, style, script packed: ${sizes.join(" + ")} bytes`);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(30 * 1024);
});

test("a light accent colour gets dark text, so that the button can be read", async () => {
  const { text } = await service.anonymous("GET", "/account/style.css");
  expect(text).toContain("--accent-fill: #ffd400;--on-accent: #000000;");
});

test("a browser is led from the front page to the account", async () => {
  const { status, headers } = await new ServiceBrowser(service).open("/");
  expect([status, headers.get("location")]).toEqual([302, `${publicUrl}/account`]);
});

test("whoever is not signed in is shown the way to sign in, back to the same page", async () => {
  const { status, text } = await service.anonymous("GET", "/account/profile");
  expect(status).toBe(401);
  expect(text).toContain("/session/sign-in?returnTo=%2Faccount%2Fprofile&amp;uiLocales=en");
});

test("the language is the browser's, until somebody chooses another", async () => {
  const browser = await signedInBrowser(service, "alice");
  const asked = { "accept-language": "fr;q=0.9, ar-EG;q=0.8, de;q=0.5" };
  expect((await browser.open("/account", asked)).text).toContain('<html lang="ar" dir="rtl">');
  const { headers } = await browser.post("/account/language", { language: "de", at: "/account/profile" });
  expect(headers.get("location")).toBe("/account/profile");
  expect((await browser.open("/account", asked)).text).toContain('<html lang="de" dir="ltr">');
  expect(
    (await browser.post("/account/language", { language: "de", at: "//evil.example" })).headers.get(
      "location",
    ),
  ).toBe("/account");
});

test("pressing twice saves once", async () => {
  const browser = await signedInBrowser(service, "bob");
  const { text } = await browser.open("/account/profile");
  const form = { ...inputsOf(text, "/account/profile"), name: "Bob Twice" };
  const answers = await Promise.all([1, 2].map(() => browser.post("/account/profile", form)));
  const [first, second] = answers.map(({ headers }) => headers.get("location"));
  expect(answers.map(({ status }) => status)).toEqual([303, 303]);
  expect(second).toBe(first);
  const { body } = await service.as("bob")("GET", "/me/activity");
  expect(body.items.filter(({ event }: { event: string }) => event === "profile.updated")).toHaveLength(1);
});

test("what somebody else changed meanwhile stays, unless the same was changed here: then both are shown", async () => {
  const browser = await signedInBrowser(service, "carol");
  const opened = inputsOf((await browser.open("/account/profile")).text, "/account/profile");
  await service.as("carol")("PATCH", "/me", { profile: { nickname: "Caro", gender: "w" } });
  const mine = { ...opened, "profile.nickname": "Lina", "profile.middleName": "Q" };
  const conflict = await browser.post("/account/profile", mine);
  expect(conflict.status).toBe(409);
  expect(conflict.text).toContain("Caro");
  expect(conflict.text).toContain("Lina");
  const decided = { ...inputsOf(conflict.text, "/account/profile"), "keep.profile.nickname": "theirs" };
  expect((await browser.post("/account/profile", decided)).status).toBe(303);
  const { body } = await service.as("carol")("GET", "/me");
  expect(body.profile).toMatchObject({ nickname: "Caro", gender: "w", middleName: "Q" });
});

test("an invalid form comes back with what was typed, the faults first and beside their inputs", async () => {
  const browser = await signedInBrowser(service, "alice");
  const { status, text } = await submit(browser, "/account/profile", {
    name: "A".repeat(200),
    "profile.website": "javascript:1",
    "profile.birthdate.day": "31",
    "profile.birthdate.month": "2",
  });
  expect(status).toBe(422);
  const listed = [...text.matchAll(/<a href="#(profile-[\w-]+)"/g)].map(([, id]) => id);
  expect(listed).toEqual(["profile-birthdate-day", "profile-website"]);
  expect(text).toContain("<title>Error: Your profile");
  expect(text).toMatch(/role="alert" tabindex="-1" autofocus[^>]*>.*href="#profile-website"/s);
  expect(text).toMatch(/id="profile-website-fault">Enter a web address/);
  expect(text).toContain('value="javascript:1"');
});

test("an address is judged by the post of its country, and stored with the envelope's text", async () => {
  const browser = await signedInBrowser(service, "alice");
  const typed = {
    "profile.address.country": "US",
    "profile.address.streetAddress": "1 Main St",
    "profile.address.locality": "Springfield",
    "profile.address.postalCode": "9",
  };
  const refused = await submit(browser, "/account/address", typed);
  expect(refused.text).toContain("Enter State");
  expect(refused.text).toContain("Enter a postcode of United States, such as 01234");
  const good = { ...typed, "profile.address.region": "IL", "profile.address.postalCode": "62701" };
  expect((await submit(browser, "/account/address", good)).status).toBe(303);
  const { body } = await service.as("alice")("GET", "/me");
  expect(body.profile.address).toEqual({
    country: "US",
    streetAddress: "1 Main St",
    locality: "Springfield",
    region: "IL",
    postalCode: "62701",
    formatted: "1 Main St\nSpringfield, Illinois 62701\nUnited States",
  });
});

test("a form of another session, or of no page of ours, changes nothing", async () => {
  const alice = await signedInBrowser(service, "alice");
  const form = inputsOf((await alice.open("/account/profile")).text, "/account/profile");
  const bob = await signedInBrowser(service, "bob");
  expect((await bob.post("/account/profile", { ...form, name: "Mallory" })).status).toBe(403);
  expect(
    (await alice.post("/account/profile", { ...form, name: "Mallory" }, { origin: "https://evil.example" }))
      .status,
  ).toBe(403);
  for (const name of ["alice", "bob"])
    expect((await service.as(name)("GET", "/me")).body.name).not.toBe("Mallory");
});

test("an undo puts back what was there, once, and not over a later change", async () => {
  const browser = await signedInBrowser(service, "carol");
  await submit(browser, "/account/profile", { "profile.nickname": "First" });
  const saved = await submit(browser, "/account/profile", { "profile.nickname": "Second" });
  const page = await follow(browser, saved.headers.get("location"));
  const form = inputsOf(page.text, "/account/undo");
  await browser.post("/account/undo", form);
  expect((await service.as("carol")("GET", "/me")).body.profile.nickname).toBe("First");
  expect((await browser.post("/account/undo", { ...form, once: "again" })).status).toBe(410);
  const third = await submit(browser, "/account/profile", { "profile.nickname": "Third" });
  const undo = inputsOf((await follow(browser, third.headers.get("location"))).text, "/account/undo");
  await service.as("carol")("PATCH", "/me", { profile: { nickname: "Fourth" } });
  const late = await browser.post("/account/undo", undo);
  expect((await follow(browser, late.headers.get("location"))).text).toContain("cannot be undone");
  expect((await service.as("carol")("GET", "/me")).body.profile.nickname).toBe("Fourth");
});

test("while Logto is away a form keeps what was typed, and says so", async () => {
  const browser = await signedInBrowser(service, "bob");
  const { text } = await browser.open("/account/profile");
  const mend = service.tenant.faults.add({ match: { path: /^\/api\// }, status: 503, body: "" });
  const away = await browser.post("/account/profile", {
    ...inputsOf(text, "/account/profile"),
    name: "Bob Kept",
  });
  mend();
  expect(away.status).toBe(503);
  expect(away.text).toContain("The sign-in service does not answer, so nothing was saved");
  expect(away.text).toContain('value="Bob Kept"');
});
