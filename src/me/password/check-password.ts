import type { Caller } from "../../caller.ts";
import type { PasswordIssue } from "../../logto/users.ts";
import type { Services } from "../../services.ts";

/**
 * Asks the tenant's policy about a password, before the person commits to it.
 * @param password as it was typed: so it is set, too.
 */
export async function checkPassword(
  { logto }: Pick<Services, "logto">,
  { userId }: Caller,
  password: string,
): Promise<{ ok: boolean; issues: PasswordIssue[] }> {
  await logto.snapshots.get(userId);
  const { ok, issues } = await logto.users.checkPassword(userId, password);
  return { ok, issues };
}
