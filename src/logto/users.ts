/** The person's record at Logto: read, change, password. */
import * as z from "zod";
import type { Management } from "./management.ts";

const text = z
  .string()
  .nullish()
  .transform((value) => value ?? null);
const instant = z
  .number()
  .nullish()
  .transform((value) => value ?? null);
const record = z.record(z.string(), z.unknown()).default({});

/** Logto's user as we read it: fields newer releases add are dropped, absent ones read as null. Times are epoch ms. */
export const logtoUser = z.object({
  id: z.string().min(1),
  username: text,
  primaryEmail: text,
  primaryPhone: text,
  name: text,
  avatar: text,
  customData: record,
  identities: record,
  profile: record,
  lastSignInAt: instant,
  createdAt: z.number(),
  updatedAt: instant,
  applicationId: text,
  isSuspended: z.boolean().default(false),
  hasPassword: z.boolean().default(false),
});

export type LogtoUser = z.output<typeof logtoUser>;

/** What one PATCH may set. `customData` and `profile` replace the stored objects whole; null clears. */
export type UserPatch = {
  username?: string | null;
  primaryEmail?: string | null;
  primaryPhone?: string | null;
  name?: string | null;
  avatar?: string | null;
  customData?: Record<string, unknown>;
  profile?: Record<string, unknown>;
};

export type PasswordIssue = { code: string; params?: Record<string, string | number> };

export type PasswordCheck = {
  ok: boolean;
  issues: PasswordIssue[];
  /** True when the tenant wanted a breach check and its breach service did not answer. */
  breachCheckSkipped: boolean;
};

export type Users = {
  get(userId: string): Promise<LogtoUser>;
  update(userId: string, patch: UserPatch): Promise<LogtoUser>;
  verifyPassword(userId: string, password: string): Promise<boolean>;
  checkPassword(userId: string, password: string): Promise<PasswordCheck>;
  setPassword(userId: string, password: string): Promise<LogtoUser>;
};

export function usersApi(_management: Management): Users {
  throw new Error("unfinished");
}
