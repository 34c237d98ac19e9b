/** Logto's webhooks: proof of origin, and the three events that change what we may keep in memory. */
import * as z from "zod";
import type { Secret } from "../config.ts";
import { type UserId, userIdSchema } from "../user-id.ts";

const hex = /^[0-9a-f]{64}$/i;

/**
 * Checks `logto-signature-sha-256`, an HMAC in hex over the body as it arrived. The comparison is constant-time.
 * @param header its value as received, or undefined.
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

const about = z.object({ id: userIdSchema });

/**
 * Logto names the user in the route's `params` when the Management API made the change, else in `data`. The
 * route goes first: after a change of custom data, `data` is that object, and its `id` is whatever the person stored.
 */
const userEvent = z
  .object({
    event: z.enum(["User.Deleted", "User.Data.Updated", "User.SuspensionStatus.Updated"]),
    data: about.nullish().catch(undefined),
    params: z.object({ userId: userIdSchema }).nullish().catch(undefined),
  })
  .transform(({ event, data, params }) => ({ event, userId: params?.userId ?? data?.id }));

export type UserEvent = {
  event: "User.Deleted" | "User.Data.Updated" | "User.SuspensionStatus.Updated";
  userId: UserId;
};

/**
 * Reads a webhook whose signature has been verified.
 * @returns the event and whom it is about, or undefined for one this service has no use for.
 */
export function parseUserEvent(body: unknown): UserEvent | undefined {
  const parsed = userEvent.safeParse(body);
  if (!parsed.success || parsed.data.userId === undefined) return undefined;
  return { event: parsed.data.event, userId: parsed.data.userId };
}
