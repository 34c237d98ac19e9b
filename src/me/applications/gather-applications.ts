import type { ThirdPartyGrant } from "../../logto/sessions.ts";
import type { Services } from "../../services.ts";

/** An application of somebody else, and what the person has granted to it. */
export type GatheredApplication = { ref: string; id: string; grants: ThirdPartyGrant[] };

/** @throws {Refusal} what Logto refuses. */
export async function gatherApplications(
  { vault, logto }: Pick<Services, "vault" | "logto">,
  userId: string,
): Promise<{ items: GatheredApplication[]; isComplete: boolean }> {
  const { items, unreadable } = await logto.sessions.listThirdPartyGrants(userId);
  const grouped = new Map<string, ThirdPartyGrant[]>();
  for (const grant of items) {
    const id = grant.clientId ?? "";
    grouped.set(id, [...(grouped.get(id) ?? []), grant]);
  }
  const found = [...grouped].map(async ([id, grants]) => ({
    ref: await vault.keyedHash("reference", `application ${userId} ${id}`),
    id,
    grants,
  }));
  return { items: await Promise.all(found), isComplete: unreadable === 0 };
}
