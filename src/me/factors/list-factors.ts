import type { Caller } from "../../caller.ts";
import type { LogtoFactor } from "../../logto/factors.ts";
import type { Services } from "../../services.ts";
import { nameBrowser } from "../../session/user-agent.ts";

/** A second factor as its owner sees it. Nothing in it opens anything. */
export type FactorItem = {
  /** Names it, for this person alone. */
  ref: string;
  /** Logto's word. */
  type: string;
  name: string | null;
  browser: string | null;
  system: string | null;
  createdAt: string | null;
  lastUsedAt: string | null;
  remainingCodes: number | null;
};

export type FactorList = {
  items: FactorItem[];
  /** Whether the tenant demands a second factor. */
  isRequired: boolean;
  /** By type, the page at Logto that adds one; only what the tenant offers and the person may add. */
  addAt: Record<string, string>;
};

type ListServices = Pick<Services, "logto" | "vault">;

/**
 * Lists the caller's second factors.
 * @throws {Refusal} `invalid_token`, `user_suspended`, and what Logto's adapter throws.
 */
export async function listFactors(services: ListServices, { userId }: Caller): Promise<FactorList> {
  const { logto } = services;
  await logto.snapshots.get(userId);
  const [factors, { mfa }, offer] = await Promise.all([
    logto.factors.list(userId),
    logto.signInExperience.policies(),
    logto.accountCenter.offer(),
  ]);
  const items = await Promise.all(
    factors.map(async (factor) => toItem(factor, await factorRef(services, userId, factor))),
  );
  const has = (type: string) => factors.some((factor) => factor.type === type);
  const canAdd = (type: string) => {
    if (type === "WebAuthn") return true;
    return !has(type) && (type !== "BackupCode" || has("Totp") || has("WebAuthn"));
  };
  const pages = mfa.factors
    .filter((type) => offer.addsFactors && canAdd(type))
    .flatMap((type) => {
      const url = logto.accountCenter.factorUrl(type);
      return url === undefined ? [] : [[type, url] as const];
    });
  return { items, isRequired: mfa.policy === "Mandatory", addAt: Object.fromEntries(pages) };
}

/** Logto's id stays here. */
export const factorRef = (
  { vault }: Pick<Services, "vault">,
  userId: string,
  { id }: Pick<LogtoFactor, "id">,
): Promise<string> => vault.keyedHash("reference", `factor ${userId} ${id}`);

function toItem(
  { type, name, agent, createdAt, lastUsedAt, remainCodes }: LogtoFactor,
  ref: string,
): FactorItem {
  return { ref, type, name, ...nameBrowser(agent), createdAt, lastUsedAt, remainingCodes: remainCodes };
}
