import { showUser } from "../api/user-schema.ts";
import { LogtoError } from "../http/logto-error.ts";
import { randomId } from "../ids.ts";
import { hashPassword } from "../password-hash.ts";
import type { SignInExperience } from "../store/sign-in-experience.ts";
import { blankUser, type User } from "../store/users.ts";
import type { TenantContext } from "../tenant-context.ts";
import type { NewProfile } from "./interactions.ts";

/**
 * Creates the user of a registration.
 * @throws {LogtoError} 422 `user.missing_profile`, `user.username_…` by the username policy, `user.…_already_in_use`.
 */
export async function registerUser(
  tenant: TenantContext,
  profile: NewProfile,
  clientId: string,
): Promise<User> {
  const { users, roles, signInExperience } = tenant.state;
  const { username, primaryEmail, primaryPhone, password, identities } = profile;
  if (username !== undefined) assertUsername(username, signInExperience);
  const missing = missingIdentifiers(profile, signInExperience);
  if (password === undefined && !identities && signInExperience.signUp.password) missing.push("password");
  if (missing.length > 0) throw new LogtoError(422, "user.missing_profile", { missingProfile: missing });
  users.assertFree({ username, primaryEmail, primaryPhone });
  const user = { ...blankUser(randomId(12), tenant.now()), applicationId: clientId };
  Object.assign(user, {
    username: username ?? null,
    primaryEmail: primaryEmail ?? null,
    primaryPhone: primaryPhone ?? null,
    ...(identities ? { identities } : {}),
    roleIds: new Set(roles.defaultIds()),
  });
  users.insert(user);
  if (password !== undefined) user.passwordDigest = await hashPassword(password, tenant.passwordCost);
  tenant.webhooks.trigger("User.Created", { data: showUser(user) });
  return user;
}

/** The identifiers that everybody must have on this tenant, and this person has not. */
export function missingIdentifiers(
  profile: Partial<User> | NewProfile,
  { signUp }: SignInExperience,
): string[] {
  const { username, primaryEmail, primaryPhone } = profile;
  const present = { username, email: primaryEmail, phone: primaryPhone };
  return signUp.identifiers
    .filter((identifier) => !present[identifier])
    .map((identifier): string => identifier);
}

/** @throws {LogtoError} 422 for the first rule of the username policy that is broken. */
function assertUsername(username: string, { usernamePolicy: policy }: SignInExperience): void {
  const { allowedChars } = policy;
  const rules: [boolean, string][] = [
    [username.length < policy.minLength, "too_short"],
    [username.length > policy.maxLength, "too_long"],
    [!allowedChars.uppercase && /[A-Z]/.test(username), "uppercase_not_allowed"],
    [!allowedChars.lowercase && /[a-z]/.test(username), "lowercase_not_allowed"],
    [!allowedChars.numbers && /\d/.test(username), "numbers_not_allowed"],
    [!allowedChars.underscore && username.includes("_"), "underscore_not_allowed"],
  ];
  const broken = rules.find(([isBroken]) => isBroken);
  if (broken) throw new LogtoError(422, `user.username_${broken[1]}`);
}
