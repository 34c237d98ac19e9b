/** `/webhooks/logto`: events from Logto. An event that arrives twice has the same effect as one that arrives once. */
import { OpenAPIHono } from "@hono/zod-openapi";
import type { Secret } from "../config.ts";
import { readBody } from "../http/body.ts";
import type { Env } from "../http/env.ts";
import { noContent, publicRoute } from "../http/route.ts";
import { parseSignInEvent } from "../logto/sign-in-events.ts";
import { parseUserEvent, verifyWebhookSignature } from "../logto/webhooks.ts";
import { Refusal } from "../problem.ts";
import type { Services } from "../services.ts";
import { receiveSignInEvent } from "./receive-sign-in-event.ts";
import { receiveUserEvent } from "./receive-user-event.ts";

/** An event holds the whole user, and Logto limits the custom data of a user to about this size. */
const maxEventBytes = 1_048_576;

const signature = {
  type: "apiKey",
  in: "header",
  name: "logto-signature-sha-256",
  description: "HMAC-SHA256 of the raw body in hex, with the signing key of the webhook.",
} as const;

const eventRoute = publicRoute(
  {
    method: "post",
    path: "/logto",
    operationId: "receiveEvent",
    summary: "Receive an event about a user",
    description: "For Logto alone. An event that this service does not use is accepted and ignored.",
    tags: ["webhooks"],
    security: [{ webhookSignature: [] }],
    request: {
      body: {
        required: true,
        content: { "application/json": { schema: { $ref: "#/components/schemas/UserEvent" } } },
      },
    },
    responses: noContent("Done, or nothing to do."),
  },
  [
    "unauthenticated",
    "malformed_json",
    "body_too_large",
    "storage_unavailable",
    "upstream_unavailable",
    "upstream_timeout",
    "upstream_invalid",
  ],
);

/**
 * Logto delivers an event once, to one instance.
 * @param signingKey from the page of the webhook in the Logto console.
 */
export function webhookRoutes(services: Services, signingKey: Secret) {
  const routes = new OpenAPIHono<Env>();
  describe(routes.openAPIRegistry);
  return routes.openapi(eventRoute, async (c) => {
    const body = await readBody(c.req.raw, maxEventBytes);
    const signed = c.req.header(signature.name);
    if (!(await verifyWebhookSignature(body, signed, signingKey)))
      throw new Refusal("unauthenticated", { reason: "bad_signature" });
    const told = parse(body);
    const event = parseUserEvent(told);
    if (event) await receiveUserEvent(services, event);
    const signIn = parseSignInEvent(told);
    if (signIn) await receiveSignInEvent(services, signIn);
    return c.body(null, 204);
  });
}

/** The event is judged behind the signature, and by `parseUserEvent`. */
function describe(registry: OpenAPIHono<Env>["openAPIRegistry"]) {
  registry.registerComponent("securitySchemes", "webhookSignature", signature);
  registry.registerComponent("schemas", "UserEvent", {
    type: "object",
    required: ["event"],
    properties: {
      event: {
        type: "string",
        description:
          "Used are those of a user (deleted, changed, suspended) `PostSignIn` and `Identifier.Lockout`.",
      },
      params: {
        type: ["object", "null"],
        properties: { userId: { type: "string" } },
        description: "Names the user, where the Management API made the change.",
      },
      data: {
        type: ["object", "null"],
        properties: { id: { type: "string" } },
        description: "The user, elsewhere.",
      },
    },
  });
}

function parse(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(body));
  } catch (cause) {
    throw new Refusal("malformed_json", {}, { cause });
  }
}
