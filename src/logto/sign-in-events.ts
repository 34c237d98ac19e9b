/** Events of Logto's sign-in page. Both also hold the value of a cookie. */
import * as z from "zod";
import { type UserId, userIdSchema } from "../user-id.ts";
import type { Identifier } from "./accounts.ts";

/** Logto has locked an identifier after too many wrong tries. The event names no user. */
export type LockoutEvent = {
  event: "Identifier.Lockout";
  /** What was typed. */
  identifier: Identifier;
  /** Epoch ms. */
  at: number;
  /** Of the last try. */
  ip: string | null;
  userAgent: string | null;
  applicationId: string | null;
};

const optional = (longest: number) => z.string().max(longest).nullish().catch(null);

/** Somebody has signed in. */
export type SignedInEvent = { event: "PostSignIn"; userId: UserId; at: number; userAgent: string | null };

const lockout = z.object({
  event: z.literal("Identifier.Lockout"),
  createdAt: z.iso.datetime(),
  type: z.enum(["username", "email", "phone"]),
  value: z.string().min(1).max(256),
  ip: optional(64),
  userAgent: optional(4096),
  applicationId: optional(64),
});

const signedIn = z.object({
  event: z.literal("PostSignIn"),
  createdAt: z.iso.datetime(),
  userId: userIdSchema,
  userAgent: optional(4096),
});

const signInEvent = z.discriminatedUnion("event", [lockout, signedIn]);

/**
 * Parses the body of a webhook whose signature has been verified.
 * @returns undefined for any other event.
 */
export function parseSignInEvent(body: unknown): LockoutEvent | SignedInEvent | undefined {
  const { data } = signInEvent.safeParse(body);
  if (!data) return undefined;
  const { createdAt, userAgent } = data;
  const common = { at: Date.parse(createdAt), userAgent: userAgent ?? null };
  if (data.event === "PostSignIn") return { event: data.event, userId: data.userId, ...common };
  const { event, type, value, ip, applicationId } = data;
  return {
    event,
    identifier: { type, value },
    ...common,
    ip: ip ?? null,
    applicationId: applicationId ?? null,
  };
}
