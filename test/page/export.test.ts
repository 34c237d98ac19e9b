/** The export as a file: a proof, one press, and two files that hold the same. */
import { unzipSync } from "fflate";
import { beforeAll, beforeEach, expect, test } from "vitest";
import {
  publicUrl,
  type ServiceBrowser,
  signedInBrowser,
  useSessionService,
} from "../support/browser-session.ts";
import { follow, inputsOf } from "../support/page-forms.ts";

const path = "/account/export";
const hostile = `<img src=x onerror=alert(1)> "'\u202E\u2066&amp;`;

const service = useSessionService();
let browser: ServiceBrowser;
beforeEach(async () => {
  service.platform.advance(3_600_000);
  browser = await signedInBrowser(service, "alice");
});
beforeAll(async () => {
  const alice = service.tenant.state.users.get(service.userId("alice"));
  Object.assign(alice, {
    name: hostile,
    identities: { github: { userId: hostile, details: { name: hostile } } },
  });
  await service.as("alice")("PATCH", "/me", { business: { gender: "female" } });
});

/** Proves who it is. @returns the page with the file. */
async function prepare(language = "en") {
  const opened = await browser.open(path, { "accept-language": language });
  const asked = await browser.post(path, inputsOf(opened.text, path));
  const page = await follow(browser, asked.headers.get("location"));
  const form = {
    ...inputsOf(page.text, "/account/confirm"),
    method: "password",
    password: "alice-password-1",
  };
  const proven = await browser.post("/account/confirm", form);
  expect(proven.headers.get("location")).toMatch(/^\/account\/export\/[\w-]{36}$/);
  return follow(browser, proven.headers.get("location"));
}

const download = ({ text }: { text: string }, language = "en") =>
  fetch(`${service.url}${path}`, {
    method: "POST",
    headers: {
      cookie: browser.cookieHeader,
      origin: publicUrl,
      "sec-fetch-site": "same-origin",
      "accept-language": language,
    },
    body: new URLSearchParams(inputsOf(text, path)),
  });

test.each([
  ["en", "ltr", "What is not in it, and why"],
  ["ar", "rtl", "ما ليس فيه، ولماذا"],
])(
  "in %s it holds a page to read and the document, and nothing in it runs",
  async (language, direction, said) => {
    const ready = await prepare(language);
    const answer = await download(ready, language);
    expect(answer.headers.get("content-type")).toBe("application/zip");
    expect(answer.headers.get("content-disposition")).toMatch(
      /^attachment; filename="account-[\d-]{10}\.zip"$/,
    );
    const files = unzipSync(new Uint8Array(await answer.arrayBuffer()));
    const text = (name: string) => new TextDecoder("utf-8", { fatal: true }).decode(files[name]);
    expect(Object.keys(files)).toEqual(["account.html", "account.json"]);
    expect(JSON.parse(text("account.json"))).toMatchObject({ profile: { name: hostile }, complete: true });
    const html = text("account.html");
    expect(html).toContain(`<html lang="${language}" dir="${direction}">`);
    expect(html).toContain(said);
    expect(html.trimEnd().endsWith("</html>")).toBe(true);
    expect(html).not.toMatch(/<img|<script|<link|href=|src="/);
    expect(html.match(/&lt;img src=x/g)?.length).toBeGreaterThan(1);
  },
);

test("twice within the hour it says when it is possible again, and keeps what was proven", async () => {
  const ready = await prepare();
  await (await download(ready)).arrayBuffer();
  const again = await download(ready);
  const page = await again.text();
  expect(again.status).toBe(429);
  expect(page).toContain("It is possible again in 60 minutes.");
});

test("what waits is the person's own, and is over after half an hour", async () => {
  const ready = await prepare();
  const { ready: id } = inputsOf(ready.text, path);
  const bob = await signedInBrowser(service, "bob");
  expect((await bob.open(`${path}/${id}`)).status).toBe(410);
  service.platform.advance(31 * 60_000);
  expect((await browser.open(`${path}/${id}`)).status).toBe(410);
});
