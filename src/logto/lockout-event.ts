/** `Identifier.Lockout`: Logto has locked an identifier after too many wrong tries. It names no user. */
import * as z from "zod";
import type { Identifier } from "./accounts.ts";

export type LockoutEvent = {
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

/** The event also holds the value of a cookie. */
const lockout = z.object({
  event: z.literal("Identifier.Lockout"),
  createdAt: z.iso.datetime(),
  type: z.enum(["username", "email", "phone"]),
  value: z.string().min(1).max(256),
  ip: optional(64),
  userAgent: optional(4096),
  applicationId: optional(64),
});

/**
 * Parses the body of a webhook whose signature has been verified.
 * @returns undefined for any other event.
 */
export function parseLockout(body: unknown): LockoutEvent | undefined {
  const parsed = lockout.safeParse(body);
  if (!parsed.success) return undefined;
  const { type, value, createdAt, ip, userAgent, applicationId } = parsed.data;
  return {
    identifier: { type, value },
    at: Date.parse(createdAt),
    ip: ip ?? null,
    userAgent: userAgent ?? null,
    applicationId: applicationId ?? null,
  };
}
