import type { Caller } from "../../caller.ts";
import type { LogtoIdentity } from "../../logto/identities.ts";
import type { Services } from "../../services.ts";

/** An account at a third party with which its owner signs in. */
export type IdentityItem = {
  /** Names it, for this person alone; null for one that only its organisation can remove. */
  ref: string | null;
  kind: "social" | "sso";
  target: string;
  /** What the provider is called, by language; empty where the tenant has it no more. */
  connector: Readonly<Record<string, string>>;
  /** Their account there, shortened, and its names as Logto keeps them. */
  account: { id: string; name: string | null; email: string | null };
};

export type IdentityList = {
  items: IdentityItem[];
  /** What is offered beside: by target, what it is called and the page at Logto that links it. */
  addAt: Record<string, { connector: Readonly<Record<string, string>>; url: string }>;
};

/**
 * Lists the accounts that the caller has linked.
 * @throws {Refusal} `invalid_token`, `user_suspended`, and what Logto's adapter throws.
 */
export async function listIdentities(
  services: Pick<Services, "logto" | "vault">,
  { userId }: Caller,
): Promise<IdentityList> {
  const { logto } = services;
  await logto.snapshots.get(userId);
  const [identities, { socialSignInConnectorTargets }, offer] = await Promise.all([
    logto.identities.list(userId),
    logto.signInExperience.policies(),
    logto.accountCenter.offer(),
  ]);
  const items = await Promise.all(
    identities.map(async (identity): Promise<IdentityItem> => {
      const { kind, target, id, name, email } = identity;
      const connector = offer.connectors.find((known) => known.target === target)?.name ?? {};
      const ref = kind === "social" ? await identityRef(services, userId, identity) : null;
      return { ref, kind, target, connector, account: { id: shortened(id), name, email } };
    }),
  );
  const isLinked = (target: string) => identities.some((identity) => identity.target === target);
  const others = offer.connectors.filter(
    ({ target }) =>
      offer.addsIdentities && socialSignInConnectorTargets.includes(target) && !isLinked(target),
  );
  const addAt = others.map(({ id, target, name }) => {
    return [target, { connector: name, url: logto.accountCenter.identityUrl(id) }] as const;
  });
  return { items, addAt: Object.fromEntries(addAt) };
}

/** Bound to the account there, too: another one that has taken its place is not meant. */
export const identityRef = (
  { vault }: Pick<Services, "vault">,
  userId: string,
  { target, id }: Pick<LogtoIdentity, "target" | "id">,
): Promise<string> => vault.keyedHash("reference", `identity ${JSON.stringify([userId, target, id])}`);

const shownOfId = 4;
const shortened = (id: string) => (id.length > 2 * shownOfId ? `${id.slice(0, shownOfId)}…` : id);
