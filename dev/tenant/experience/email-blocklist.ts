import { LogtoError } from "../http/logto-error.ts";
import type { SignInExperience } from "../store/sign-in-experience.ts";

/**
 * Checks a new e-mail against the tenant's lists.
 * @throws {LogtoError} 422 `session.email_blocklist.email_subaddressing_not_allowed`, `.email_not_allowed`.
 */
export function assertEmailAllowed(email: string, { emailBlocklistPolicy }: SignInExperience): void {
  const { blockSubaddressing, customAllowlist, customBlocklist = [] } = emailBlocklistPolicy;
  if (blockSubaddressing && /\+.*@/.test(email)) {
    throw new LogtoError(422, "session.email_blocklist.email_subaddressing_not_allowed");
  }
  const listed = (items: string[]) => items.some((item) => pattern(item).test(email));
  if ((customAllowlist && !listed(customAllowlist)) || listed(customBlocklist)) {
    throw new LogtoError(422, "session.email_blocklist.email_not_allowed");
  }
}

/** An item is an address or `@domain`; `*` is any run of characters, and letter case does not count. */
function pattern(item: string): RegExp {
  const escaped = item.replaceAll(/[.+?^${}()|[\]\\]/g, "\\$&").replaceAll("*", ".*");
  return new RegExp(item.startsWith("@") ? `^[^@]*${escaped}$` : `^${escaped}$`, "i");
}
