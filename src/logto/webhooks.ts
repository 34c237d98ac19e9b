/** Events from Logto: the signature of a webhook, and the three events that this service uses. */
import * as z from "zod";
import type { Secret } from "../config.ts";
import { type UserId, userIdSchema } from "../user-id.ts";

const hex = /^[0-9a-f]{64}$/i;

/**
 * Verifies a webhook's signature: an HMAC-SHA256 in hex over the raw body. The comparison takes constant time.
 * @param header the value of `logto-signature-sha-256`, or undefined if the header is missing.
 */
export async function verifyWebhookSignature(
  rawBody: Uint8Array<ArrayBuffer>,
  header: string | undefined,
  signingKey: Secret,
): Promise<boolean> {
  if (header === undefined || !hex.test(header)) return false;
  const key = await crypto.subtle.importKey(
    "raw",
    new TextEncoder().encode(signingKey.reveal()),
    { name: "HMAC", hash: "SHA-256" },
    false,
    ["verify"],
  );
  const signature = Uint8Array.from({ length: 32 }, (_, index) =>
    Number.parseInt(header.slice(2 * index, 2 * index + 2), 16),
  );
  return crypto.subtle.verify("HMAC", key, signature, rawBody);
}

const withUserId = z.object({ id: userIdSchema });

/**
 * Logto names the user in `params`, the parameters of the route, if the Management API made the change, and otherwise
 * in `data`. `params` comes first: after a change of custom data, `data` is that object, and the person chose its `id`.
 */
const userEvent = z
  .object({
    event: z.enum(["User.Deleted", "User.Data.Updated", "User.SuspensionStatus.Updated"]),
    data: withUserId.nullish().catch(undefined),
    params: z.object({ userId: userIdSchema }).nullish().catch(undefined),
  })
  .transform(({ event, data, params }) => ({ event, userId: params?.userId ?? data?.id }));

export type UserEvent = {
  event: "User.Deleted" | "User.Data.Updated" | "User.SuspensionStatus.Updated";
  userId: UserId;
};

/**
 * Parses the body of a webhook whose signature has been verified.
 * @returns the event and its user, or undefined for an event that this service does not use.
 */
export function parseUserEvent(body: unknown): UserEvent | undefined {
  const parsed = userEvent.safeParse(body);
  if (!parsed.success || parsed.data.userId === undefined) return undefined;
  return { event: parsed.data.event, userId: parsed.data.userId };
}
