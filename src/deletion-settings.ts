/** The forms of the settings for people who delete their own account. */
import * as z from "zod";
import { receiverUrl, webhookSecret } from "./notices-settings.ts";
import { ConfigError } from "./operator-error.ts";
import type { Secret } from "./secret.ts";

const mostDays = 365;

const days = z
  .string()
  .refine(
    (text) => text === "off" || (/^\d{1,3}$/.test(text) && Number(text) >= 1 && Number(text) <= mostDays),
    `must be a whole number of days from 1 to ${mostDays}, or off`,
  )
  .transform((text) => (text === "off" ? undefined : Number(text)));

/** The variables and their forms. */
export const deletionVariables = {
  ACCOUNT_DELETION_DAYS: days.prefault("14"),
  DELETION_CHECK_URL: receiverUrl.optional(),
  DELETION_CHECK_SECRET: webhookSecret.optional(),
};

type DeletionEnvironment = z.output<z.ZodObject<typeof deletionVariables>>;

export type DeletionConfig = {
  /** How long somebody who has asked for it can change their mind. */
  graceMs: number;
  /** Where the team says whether somebody may go, and what signs the question; undefined where everybody may. */
  check: { url: string; secret: Secret } | undefined;
};

/**
 * @returns undefined where nobody can delete their account here.
 * @throws {ConfigError} for a check without a secret.
 */
export function deletionConfig(env: DeletionEnvironment): DeletionConfig | undefined {
  const { ACCOUNT_DELETION_DAYS, DELETION_CHECK_URL: url, DELETION_CHECK_SECRET: secret } = env;
  if (url !== undefined && secret === undefined)
    throw new ConfigError(["DELETION_CHECK_SECRET is missing: DELETION_CHECK_URL gets signed questions"]);
  if (ACCOUNT_DELETION_DAYS === undefined) return undefined;
  const check = url !== undefined && secret !== undefined ? { url, secret } : undefined;
  return { graceMs: ACCOUNT_DELETION_DAYS * 86_400_000, check };
}
