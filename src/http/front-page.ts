/** `GET /`: what this service is and where to go on, as a page for a browser and as JSON for anything else. */
import { OpenAPIHono } from "@hono/zod-openapi";
import { accepts } from "hono/accepts";
import { html } from "hono/html";
import * as z from "zod";
import type { Env } from "./env.ts";
import { named } from "./named.ts";
import { headersOf } from "./response-headers.ts";
import { publicRoute } from "./route.ts";

const description = "An API through which people manage their own profile. An application calls it for them.";

const links = { openapi: z.url(), health: z.url(), readiness: z.url() };
const frontRoute = publicRoute({
  method: "get",
  path: "/",
  operationId: "describeService",
  summary: "Ask what this service is",
  tags: ["service"],
  responses: {
    200: {
      description: "What it is and where to go on: a page for a browser, JSON for anything else.",
      headers: headersOf(["X-Request-Id"]),
      content: {
        "application/json": {
          schema: named("Service", z.object({ name: z.string(), description: z.string(), ...links })),
        },
        "text/html": { schema: z.string() },
      },
    },
    302: { description: "A browser goes on to the account page, where there is one." },
  },
});

/**
 * @param publicUrl leads the links, since only it names a path prefix.
 * @param accountUrl where a browser goes on; undefined where there are no pages for people.
 */
export const frontPage = (publicUrl: string, accountUrl?: string) =>
  new OpenAPIHono<Env>().openapi(frontRoute, (c) => {
    const type = accepts(c, {
      header: "Accept",
      supports: ["application/json", "text/html"],
      default: "application/json",
    });
    const links = {
      openapi: `${publicUrl}/openapi.json`,
      health: `${publicUrl}/healthz`,
      readiness: `${publicUrl}/readyz`,
    };
    if (type === "application/json") return c.json({ name: "profile-bff", description, ...links }, 200);
    if (accountUrl !== undefined) return c.redirect(accountUrl, 302);
    // One response alone has this id, so that it can allow the page's one style.
    const nonce = c.get("requestId");
    return c.html(page(links, nonce), 200, { "Content-Security-Policy": policy(nonce) });
  });

const policy = (nonce: string) =>
  `default-src 'none'; style-src 'nonce-${nonce}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

const page = (
  { openapi, health, readiness }: Record<"openapi" | "health" | "readiness", string>,
  nonce: string,
) =>
  html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width">
    <meta name="color-scheme" content="light dark">
    <title>profile-bff</title>
    <style nonce="${nonce}">
      body { font: 1rem/1.5 system-ui, sans-serif; max-width: 40rem; margin: 10vh auto; padding: 0 1rem; }
    </style>
  </head>
  <body>
    <main>
      <h1>profile-bff</h1>
      <p>${description}</p>
      <ul>
        <li><a href="${openapi}">/openapi.json</a> lists every call.</li>
        <li><a href="${health}">/healthz</a> says whether the process runs.</li>
        <li><a href="${readiness}">/readyz</a> says whether it can serve, and what is missing if it cannot.</li>
      </ul>
      <p>README.md, beside the source, says how to run it, how to configure it and how to call it.</p>
    </main>
  </body>
</html>
`;
