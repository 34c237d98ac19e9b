import type { PasswordIssue } from "../../logto/users.ts";
import type { Caller, Services } from "../../services.ts";

/**
 * Asks the tenant's policy about a password, before the person commits to it.
 * @param password NFC-normalised here, as when it is set.
 */
export async function checkPassword(
  { users, snapshots }: Pick<Services, "users" | "snapshots">,
  { userId }: Caller,
  password: string,
): Promise<{ ok: boolean; issues: PasswordIssue[] }> {
  await snapshots.get(userId);
  const { ok, issues } = await users.checkPassword(userId, password.normalize("NFC"));
  return { ok, issues };
}
