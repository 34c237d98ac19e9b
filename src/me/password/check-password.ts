import type { Caller } from "../../caller.ts";
import type { PasswordIssue } from "../../logto/users.ts";
import type { Services } from "../../services.ts";

/**
 * Checks a password against the tenant's policy without setting it.
 * @param password is normalised to NFC here, as when it is set.
 */
export async function checkPassword(
  { logto }: Pick<Services, "logto">,
  { userId }: Caller,
  password: string,
): Promise<{ ok: boolean; issues: PasswordIssue[] }> {
  await logto.snapshots.get(userId);
  const { ok, issues } = await logto.users.checkPassword(userId, password.normalize("NFC"));
  return { ok, issues };
}
