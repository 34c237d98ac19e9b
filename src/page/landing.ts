/** Where a person goes on after a sign-in: whoever has asked for the end of their account is offered to keep it first. */
import type { Services } from "../services.ts";

/**
 * @param to an absolute URL of this origin, which a page has named.
 * @returns the same, or the page that makes the offer where it is a page of the account. What waits for its person there
 *   comes before it.
 */
export async function landing(
  { config, db }: Pick<Services, "config" | "db">,
  userId: string,
  to: string,
): Promise<string> {
  const account = `${config.publicUrl}/account`;
  const isPage = to === account || (to.startsWith(`${account}/`) && !to.startsWith(`${account}/confirm/`));
  if (!config.deletion || !isPage) return to;
  return (await db.deletions.find(userId)) ? `${account}/deletion` : to;
}
