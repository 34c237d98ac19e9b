import { LogtoError } from "../http/logto-error.ts";
import type { SignInExperience } from "../store/sign-in-experience.ts";
import type { User } from "../store/users.ts";
import type { Interaction } from "./interactions.ts";

/**
 * Checks that a user who signs in has given the second factor that the tenant asks for.
 * @throws {LogtoError} 403 `session.mfa.require_mfa_verification`; 422 `user.missing_mfa`, `user.suggest_mfa`,
 * `session.mfa.backup_code_required`.
 */
export function assertSecondFactor(interaction: Interaction, user: User, { mfa }: SignInExperience): void {
  const { verificationRecords, newFactors } = interaction;
  const proven = verificationRecords.some(({ type, verified }) => verified && isSecondFactor(type));
  const available = factorsOf(user, mfa.factors);
  const { mfa: wishes } = user.logtoConfigs;
  if (available.length > 0) {
    const skips = wishes.skipMfaOnSignIn && mfa.policy !== "Mandatory";
    if (proven || skips) return;
    const data = { availableFactors: available, maskedIdentifiers: maskedIdentifiers(user, available) };
    throw new LogtoError(403, "session.mfa.require_mfa_verification", data);
  }
  if (newFactors.length === 0) {
    assertEnrolled(interaction, user, mfa);
    return;
  }
  const lacksBackupCodes =
    mfa.factors.includes("BackupCode") && !newFactors.some(({ type }) => type === "BackupCode");
  if (lacksBackupCodes) throw new LogtoError(422, "session.mfa.backup_code_required");
}

/** For a user without a second factor. */
function assertEnrolled({ mfaSkipped }: Interaction, user: User, mfa: SignInExperience["mfa"]): void {
  const factors = mfa.factors.filter((factor) => factor !== "BackupCode");
  if (factors.length === 0 || mfa.policy === "NoPrompt") return;
  if (mfa.policy === "Mandatory")
    throw new LogtoError(422, "user.missing_mfa", { availableFactors: factors });
  if (!mfaSkipped && !user.logtoConfigs.mfa.skipped) throw new LogtoError(422, "user.suggest_mfa");
}

/** Stores what the user decided about second factors in a sign-in. */
export function storeSecondFactor(
  { verificationRecords, newFactors, mfaSkipped }: Interaction,
  user: User,
): void {
  user.mfa.push(...newFactors);
  const { mfa } = user.logtoConfigs;
  if (mfaSkipped) mfa.skipped = true;
  const used = verificationRecords.some(({ type, verified }) => verified && isSecondFactor(type));
  if (used || newFactors.length > 0) mfa.enabled = true;
}

/** The factors of a user that the tenant accepts. Whoever has an e-mail or a phone has its codes as a factor. */
function factorsOf(user: User, enabled: string[]): string[] {
  const enrolled = user.mfa.map(({ type }): string => type);
  if (user.primaryEmail) enrolled.push("EmailVerificationCode");
  if (user.primaryPhone) enrolled.push("PhoneVerificationCode");
  return enrolled.filter((factor) => enabled.includes(factor));
}

function isSecondFactor(type: string): boolean {
  return ["Totp", "BackupCode", "MfaEmailVerificationCode", "MfaPhoneVerificationCode"].includes(type);
}

function maskedIdentifiers({ primaryEmail, primaryPhone }: User, factors: string[]): Record<string, string> {
  const masked: Record<string, string> = {};
  if (factors.includes("EmailVerificationCode")) {
    masked.EmailVerificationCode = (primaryEmail ?? "").replace(/^(.{0,4}).*@/, "$1****@");
  }
  if (factors.includes("PhoneVerificationCode")) {
    masked.PhoneVerificationCode = `****${(primaryPhone ?? "").slice(-4)}`;
  }
  return masked;
}
