/** What pages of this service use of a session: a page and its form, beside the real service. */
import { Hono } from "hono";
import { beforeAll, expect, test } from "vitest";
import * as z from "zod";
import { createServices } from "../../src/compose.ts";
import { clientAddress } from "../../src/http/client-address.ts";
import type { Env } from "../../src/http/env.ts";
import { standardHeaders } from "../../src/http/headers.ts";
import { onError } from "../../src/http/problem-responses.ts";
import { formTokenField, pageSessions } from "../../src/session/page-session.ts";
import { sessionServices } from "../../src/session/services.ts";
import {
  publicUrl,
  type ServiceBrowser,
  signedInBrowser,
  useSessionService,
} from "../support/browser-session.ts";

const service = useSessionService();
const app = new Hono<Env>();

beforeAll(async () => {
  const { config, platform, database } = service;
  const services = sessionServices(await createServices(config, platform, database));
  if (!services) throw new Error("there are no sessions");
  const pages = pageSessions(services);
  app.onError(onError({ publicUrl, report: () => {} }));
  app.use(standardHeaders, clientAddress([]));
  app.get("/page", async (c) => {
    const session = await pages.read(c);
    if (!session) return c.redirect(pages.signInUrl({ returnTo: "/page?a=b" }), 303);
    return c.json({ userId: session.caller.userId, token: session.formToken });
  });
  app.post("/page", async (c) => {
    const form = await c.req.parseBody();
    const { caller } = await pages.requireForm(c, String(form[formTokenField]));
    return c.text(caller.userId);
  });
});

const own = { origin: publicUrl, "sec-fetch-site": "same-origin" };

const read = async (browser: ServiceBrowser) => {
  const answer = await app.request(`${publicUrl}/page`, { headers: { cookie: browser.cookieHeader } });
  return z.object({ userId: z.string(), token: z.string() }).parse(await answer.json());
};
const post = (browser: ServiceBrowser, token: string, headers: Record<string, string> = own) =>
  app.request(`${publicUrl}/page`, {
    method: "POST",
    headers: { cookie: browser.cookieHeader, ...headers },
    body: new URLSearchParams({ [formTokenField]: token }),
  });

test("a page knows who reads it, and sends a stranger to the sign-in", async () => {
  const browser = await signedInBrowser(service, "alice");
  expect((await read(browser)).userId).toBe(service.userId("alice"));
  const stranger = await app.request(`${publicUrl}/page`);
  expect([stranger.status, stranger.headers.get("location")]).toEqual([
    303,
    `${publicUrl}/session/sign-in?returnTo=%2Fpage%3Fa%3Db`,
  ]);
});

test("a form needs the token of this session, and this site's own origin", async () => {
  const alice = await signedInBrowser(service, "alice");
  const bob = await signedInBrowser(service, "bob");
  const { token } = await read(alice);
  expect((await post(alice, token)).status).toBe(200);
  expect((await post(alice, "")).status).toBe(403);
  expect((await post(bob, token)).status).toBe(403);
  expect((await post(alice, (await read(bob)).token)).status).toBe(403);
  for (const headers of [
    {},
    { origin: "null" },
    { origin: "https://evil.test" },
    { origin: "https://other.example.test" },
    { ...own, "sec-fetch-site": "cross-site" },
    { ...own, "sec-fetch-site": "same-site" },
  ]) {
    expect((await post(alice, token, headers)).status).toBe(403);
  }
});
