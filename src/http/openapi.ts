/** `/openapi.json`: the OpenAPI 3.1 document, generated from the routes themselves. */
import type { OpenAPIHono } from "@hono/zod-openapi";
import { sharedResponses } from "./declared-refusals.ts";
import type { Env } from "./env.ts";
import { problemExamples } from "./problem-examples.ts";
import { responseHeaders } from "./response-headers.ts";
import { objectOf, ok, publicRoute } from "./route.ts";
import { tags } from "./tags.ts";

const documentRoute = publicRoute({
  method: "get",
  path: "/openapi.json",
  operationId: "readOpenApi",
  summary: "Read this document",
  tags: ["service"],
  responses: ok("An OpenAPI 3.1 document.", objectOf({ type: "object" })),
});

/** Serves the document. It is generated at the first request, so that a cold start does not wait for it. */
export function serveDocument(app: OpenAPIHono<Env>, publicUrl: string): void {
  let generated: string | undefined;
  app.openAPIRegistry.registerPath(documentRoute);
  app.get(documentRoute.path, (c) => {
    generated ??= JSON.stringify(generate(app, publicUrl));
    return c.body(generated, 200, { "Content-Type": "application/json" });
  });
}

const description = `Signed-in people manage their own profile: what Logto holds and what this service holds, as one document.
A call acts on the person whose access token it carries; no path, query or body names another one.

A refusal is a problem document (RFC 9457). Programs go by its \`code\`; every call lists the codes that it can answer.
POST, PATCH and DELETE can be sent again safely with an \`Idempotency-Key\`.`;

function generate(app: OpenAPIHono<Env>, url: string) {
  const registry = app.openAPIRegistry;
  registry.registerComponent("securitySchemes", "accessToken", {
    type: "http",
    scheme: "bearer",
    bearerFormat: "JWT",
    description: "An access token for this API with the scope profile:read or profile:write.",
  });
  registry.registerComponent("securitySchemes", "session", {
    type: "apiKey",
    in: "cookie",
    name: url.startsWith("https:") ? "__Host-profile-session" : "profile-session",
    description:
      "The session of a browser, where the service is configured for sessions. It has both scopes, and every call takes the header `X-CSRF: 1`.",
  });
  for (const [name, meaning] of Object.entries(responseHeaders)) {
    registry.registerComponent("headers", name, { description: meaning, schema: { type: "string" } });
  }
  const {
    components,
    webhooks: _none,
    ...document
  } = app.getOpenAPI31Document({
    openapi: "3.1.0",
    info: {
      title: "profile-bff",
      version: "1.0.0",
      description,
      license: { name: "MIT", url: "https://spdx.org/licenses/MIT" },
    },
    servers: [{ url }],
    tags: Object.entries(tags).map(([name, meaning]) => ({ name, description: meaning })),
  });
  const responses = referredTo(document.paths, "responses", sharedResponses());
  const examples = referredTo([document.paths, responses], "examples", problemExamples(url));
  return { ...document, components: { ...components, responses, examples } };
}

/** Those components of a group to which a part of the document refers. */
function referredTo<Component>(part: unknown, group: string, all: Record<string, Component>) {
  const text = JSON.stringify(part);
  return Object.fromEntries(
    Object.entries(all).filter(([name]) => text.includes(`"#/components/${group}/${name}"`)),
  );
}
