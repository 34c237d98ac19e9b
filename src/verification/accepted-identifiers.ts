/** The tenant's own rules for usernames and e-mail addresses, which the Management API does not apply. */
import { emailIssue } from "../logto/email-blocklist.ts";
import { usernameIssue } from "../logto/username-policy.ts";
import { type FieldError, Refusal } from "../problem.ts";
import type { Services } from "../services.ts";

/** New identifiers in canonical form. */
export type NewIdentifiers = { username?: string | undefined; email?: string | undefined };

/**
 * Requires that the tenant accepts new identifiers. Logto is asked for its rules only if there are any.
 * @param emailPointer where the request has the address.
 * @throws {Refusal} `validation_failed` naming the fields.
 * @throws {UpstreamFailure} if the rules cannot be read.
 */
export async function requireAcceptedIdentifiers(
  { logto }: Pick<Services, "logto">,
  { username, email }: NewIdentifiers,
  emailPointer = "/primaryEmail",
): Promise<void> {
  if (username === undefined && email === undefined) return;
  const { usernamePolicy, emailBlocklistPolicy } = await logto.signInExperience.policies();
  const errors: FieldError[] = [];
  const ofUsername = username === undefined ? undefined : usernameIssue(usernamePolicy, username);
  if (ofUsername) errors.push({ pointer: "/username", ...ofUsername });
  const ofEmail = email === undefined ? undefined : emailIssue(emailBlocklistPolicy, email);
  if (ofEmail) errors.push({ pointer: emailPointer, ...ofEmail });
  if (errors.length > 0) throw new Refusal("validation_failed", { errors });
}
