/** `/webhooks/logto`: events from Logto. An event that arrives twice has the same effect as one that arrives once. */
import { Hono } from "hono";
import type { Secret } from "../config.ts";
import { readBody } from "../http/body.ts";
import type { Env } from "../http/env.ts";
import { parseUserEvent, verifyWebhookSignature } from "../logto/webhooks.ts";
import { Refusal } from "../problem.ts";
import type { Services } from "../services.ts";
import { receiveUserEvent } from "./receive-user-event.ts";

/** An event holds the whole user, and Logto limits the custom data of a user to about this size. */
const maxEventBytes = 1_048_576;

/**
 * Logto delivers an event once, to one instance.
 * @param signingKey from the page of the webhook in the Logto console.
 */
export const webhookRoutes = (services: Services, signingKey: Secret) =>
  new Hono<Env>().post("/logto", async (c) => {
    const body = await readBody(c.req.raw, maxEventBytes);
    const signature = c.req.header("logto-signature-sha-256");
    if (!(await verifyWebhookSignature(body, signature, signingKey))) throw new Refusal("unauthenticated");
    const event = parseUserEvent(parse(body));
    if (event) await receiveUserEvent(services, event);
    return c.body(null, 204);
  });

function parse(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(body));
  } catch (cause) {
    throw new Refusal("malformed_json", {}, { cause });
  }
}
