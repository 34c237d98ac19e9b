/** An event for a receiver of the team, signed as Standard Webhooks says. */
import { Webhook } from "standardwebhooks";
import type { JsonObject } from "../json.ts";
import type { Secret } from "../secret.ts";
import type { Services } from "../services.ts";

const longestMs = 5_000;

/**
 * Sends an event once. A redirect is not followed.
 * @param id the same at every try, so that a receiver knows what it has had already. Default: a random one.
 * @returns the status of the answer; 2xx says that the receiver has taken it.
 * @throws {Error} if the receiver cannot be reached, or has not answered after five seconds.
 * @see https://www.standardwebhooks.com
 */
export async function sendEvent(
  { platform }: Pick<Services, "platform">,
  { url, secret }: { url: string; secret: Secret },
  event: JsonObject,
  id: string = crypto.randomUUID(),
): Promise<number> {
  const body = JSON.stringify(event);
  const answer = await platform.fetch(url, {
    method: "POST",
    redirect: "manual",
    signal: AbortSignal.timeout(longestMs),
    headers: signEvent(secret, { id, at: platform.now() }, body),
    body,
  });
  // Nobody reads it, and it would keep the connection.
  await answer.body?.cancel();
  return answer.status;
}

/** The headers that go with the body of an event. @param at epoch ms. */
export function signEvent(secret: Secret, { id, at }: { id: string; at: number }, body: string) {
  const name = `msg_${id}`;
  return {
    "content-type": "application/json",
    "webhook-id": name,
    "webhook-timestamp": String(Math.floor(at / 1000)),
    "webhook-signature": new Webhook(secret.reveal()).sign(name, new Date(at), body),
  };
}

/** Whether an answer with this status has taken an event. */
export const isTaken = (status: number): boolean => status >= 200 && status < 300;
