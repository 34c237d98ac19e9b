import { LogtoError } from "./http/logto-error.ts";
import { basicIssues, type PasswordIssue, type PersonalData, restrictedIssues } from "./password-policy.ts";
import { passwordPolicyOf } from "./store/sign-in-experience.ts";
import type { User } from "./store/users.ts";
import type { TenantContext } from "./tenant-context.ts";

/**
 * Applies the tenant's whole password policy. Order of the issues: length, characters, breach, restrictions.
 * @throws {LogtoError} 400 `request.invalid_input` when the breach service is unreachable, or when the policy
 * rejects personal data and there is none to compare with.
 */
export function checkPassword(
  { settings, state }: TenantContext,
  password: string,
  personalData: PersonalData | undefined,
): PasswordIssue[] {
  const policy = passwordPolicyOf(state.signInExperience);
  const issues = basicIssues(password, policy);
  if (policy.rejects.pwned) {
    if (!settings.breachServiceReachable)
      throw new LogtoError(400, "request.invalid_input", { message: "fetch failed" });
    if (settings.breachedPasswords.has(password)) issues.push({ code: "password_rejected.pwned" });
  }
  if (policy.rejects.userInfo && personalData === undefined && password !== "") {
    throw new LogtoError(400, "request.invalid_input", { message: "User information is required." });
  }
  return [...issues, ...restrictedIssues(password, policy, personalData ?? {})];
}

/** What a password of this user must not consist of. */
export function personalDataOf(user: Partial<User>): PersonalData {
  return { name: user.name, username: user.username, email: user.primaryEmail, phone: user.primaryPhone };
}
