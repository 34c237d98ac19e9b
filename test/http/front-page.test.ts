import { expect, test } from "vitest";
import { useService } from "../support/fixtures.ts";
import { expectStandardHeaders } from "../support/refusals.ts";

const service = useService();
const publicUrl = "https://profile.example.test";
const browser = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8";

const ask = (accept?: string) =>
  service.anonymous("GET", "/", undefined, accept === undefined ? {} : { accept });

test.each([
  ["a browser", browser],
  ["a browser that names one type", "text/html"],
  ["text of any kind", "text/*, */*;q=0.1"],
  ["HTML before JSON", "application/json;q=0.8, text/html"],
])("answers %s with a page that says what this is and where to go", async (_name, accept) => {
  const { status, headers, text } = await ask(accept);
  expect(status).toBe(200);
  expect(headers.get("content-type")).toBe("text/html; charset=UTF-8");
  for (const path of ["/openapi.json", "/healthz", "/readyz"]) {
    expect(text).toContain(`<a href="${publicUrl}${path}">`);
  }
  expect(text).toContain("README");
  expect(text).not.toContain("<script");
});

test("gives the page a policy of its own, which allows its one style and nothing else", async () => {
  const { headers, text } = await ask(browser);
  const nonce = /<style nonce="([^"]+)">/.exec(text)?.[1];
  expect(headers.get("content-security-policy")).toBe(
    `default-src 'none'; style-src 'nonce-${nonce}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  );
  expect((await ask(browser)).text).not.toContain(String(nonce));
});

test.each([
  ["nothing", undefined],
  ["anything", "*/*"],
  ["JSON", "application/json"],
  ["JSON before HTML", "application/json, text/html;q=0.9"],
  ["JSON or anything", "application/json, text/plain, */*"],
  ["an image", "image/png"],
  ["no HTML", "text/html;q=0, */*"],
])("answers who accepts %s with JSON", async (_name, accept) => {
  const { status, headers, body } = await ask(accept);
  expect(status).toBe(200);
  expectStandardHeaders(headers);
  expect(body).toEqual({
    name: "profile-bff",
    description: expect.any(String),
    openapi: `${publicUrl}/openapi.json`,
    health: `${publicUrl}/healthz`,
    readiness: `${publicUrl}/readyz`,
  });
});

test("answers HEAD and OPTIONS, and refuses other methods", async () => {
  const head = await service.anonymous("HEAD", "/", undefined, { accept: browser });
  expect([head.status, head.text, head.headers.get("content-type")]).toEqual([
    200,
    "",
    "text/html; charset=UTF-8",
  ]);
  const options = await service.anonymous("OPTIONS", "/");
  expect([options.status, options.headers.get("allow")]).toEqual([204, "GET, HEAD, OPTIONS"]);
  expect((await service.anonymous("POST", "/", {})).status).toBe(405);
});
