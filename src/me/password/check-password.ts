import type { Caller } from "../../caller.ts";
import type { PasswordIssue } from "../../logto/users.ts";
import type { Services } from "../../services.ts";

/**
 * Asks the tenant's policy about a password, before the person commits to it.
 * @param password NFC-normalised here, as when it is set.
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
