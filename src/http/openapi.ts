/** `/openapi.json`: the OpenAPI 3.1 document, generated from the routes themselves. */
import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Handler } from "hono";
import type { Env } from "./env.ts";

/** Generates the document at the first request, so that a cold start does not wait for it. */
export function openApiDocument(app: OpenAPIHono<Env>, publicUrl: string): Handler<Env> {
  let generated: string | undefined;
  return (c) => {
    generated ??= generate(app, publicUrl);
    return c.body(generated, 200, { "Content-Type": "application/json" });
  };
}

function generate(app: OpenAPIHono<Env>, url: string): string {
  app.openAPIRegistry.registerComponent("securitySchemes", "accessToken", {
    type: "http",
    scheme: "bearer",
    bearerFormat: "JWT",
    description: "An access token for this API with the scope profile:read or profile:write.",
  });
  const document = app.getOpenAPI31Document({
    openapi: "3.1.0",
    info: { title: "profile-bff", version: "1.0.0" },
    servers: [{ url }],
  });
  return JSON.stringify(document);
}
