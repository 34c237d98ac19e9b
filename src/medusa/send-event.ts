/** An event for the shop, signed as Standard Webhooks says. */
import type { Secret } from "../config.ts";
import type { JsonObject } from "../json.ts";
import type { Services } from "../services.ts";

const longestMs = 5_000;

/**
 * Sends an event once.
 * @returns whether the receiver has taken it.
 * @throws {Error} if it cannot be reached.
 * @see https://www.standardwebhooks.com
 */
export async function sendEvent(
  { platform }: Pick<Services, "platform">,
  { url, secret }: { url: string; secret: Secret },
  event: JsonObject,
): Promise<boolean> {
  const id = `msg_${crypto.randomUUID()}`;
  const timestamp = String(Math.floor(platform.now() / 1000));
  const body = JSON.stringify(event);
  const bytes = Uint8Array.from(atob(secret.reveal().slice("whsec_".length)), (character) =>
    character.charCodeAt(0),
  );
  const hmac = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", bytes, hmac, false, ["sign"]);
  const signed = new Uint8Array(
    await crypto.subtle.sign("HMAC", key, new TextEncoder().encode(`${id}.${timestamp}.${body}`)),
  );
  const signature = btoa(String.fromCharCode(...signed));
  const { ok } = await platform.fetch(url, {
    method: "POST",
    redirect: "manual",
    signal: AbortSignal.timeout(longestMs),
    headers: {
      "content-type": "application/json",
      "webhook-id": id,
      "webhook-timestamp": timestamp,
      "webhook-signature": `v1,${signature}`,
    },
    body,
  });
  return ok;
}
