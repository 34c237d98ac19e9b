/** Events from Logto: the signature of a webhook, and the events that this service uses. */
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
  const key = await importKey(signingKey, "verify");
  const signature = Uint8Array.from({ length: 32 }, (_, index) =>
    Number.parseInt(header.slice(2 * index, 2 * index + 2), 16),
  );
  return crypto.subtle.verify("HMAC", key, signature, rawBody);
}

/** Signs a body as Logto does. @returns the value of `logto-signature-sha-256`. */
export async function signWebhook(rawBody: Uint8Array<ArrayBuffer>, signingKey: Secret): Promise<string> {
  const signature = await crypto.subtle.sign("HMAC", await importKey(signingKey, "sign"), rawBody);
  return [...new Uint8Array(signature)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

const importKey = (signingKey: Secret, use: "sign" | "verify") =>
  crypto.subtle.importKey(
    "raw",
    new TextEncoder().encode(signingKey.reveal()),
    { name: "HMAC", hash: "SHA-256" },
    false,
    [use],
  );

const user = z.object({ id: userIdSchema, updatedAt: z.number().optional().catch(undefined) });
const optional = <T extends z.ZodType>(schema: T) => schema.nullish().catch(undefined);

/**
 * Logto names the user in `params`, the parameters of the route, if the Management API made the change, and otherwise
 * in `data`, or in `userId` after a sign-in page was used. `params` comes first: after a change of custom data, `data` is that
 * object, and the person chose its `id`.
 */
const userEvent = z.object({
  event: z.enum(["User.Deleted", "User.Data.Updated", "User.SuspensionStatus.Updated", "PostResetPassword"]),
  data: optional(user),
  user: optional(user),
  params: optional(z.object({ userId: userIdSchema })),
  userId: optional(userIdSchema),
  matchedRoute: optional(z.string()),
});

export type UserEvent = {
  event: z.infer<typeof userEvent>["event"];
  userId: UserId;
  /** Of an event that says that the password was changed: Logto's time of it, if it is known (epoch ms). */
  password?: { changedAt: number | undefined };
};

/** Among the changes of a user's data, this one is known by its route alone. */
const passwordRoute = /^(?:\/api)?\/users\/:userId\/password$/;

/**
 * Parses the body of a webhook whose signature has been verified.
 * @returns the event and its user, or undefined for an event that this service does not use.
 */
export function parseUserEvent(body: unknown): UserEvent | undefined {
  const parsed = userEvent.safeParse(body);
  if (!parsed.success) return undefined;
  const { event, params, data, matchedRoute, ...other } = parsed.data;
  const userId = params?.userId ?? data?.id ?? other.userId ?? other.user?.id;
  if (userId === undefined) return undefined;
  const isOfPassword = event === "PostResetPassword" || passwordRoute.test(matchedRoute ?? "");
  if (!isOfPassword) return { event, userId };
  return { event, userId, password: { changedAt: data?.updatedAt ?? other.user?.updatedAt } };
}
