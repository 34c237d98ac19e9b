/** What a read answers: composed once for each state of the stores, and kept as text. */
import type { VaultRow } from "../../../db/vault.ts";
import { type BoundedCache, type CacheBounds, createBoundedCache } from "../../bounded-cache.ts";
import type { Caller } from "../../caller.ts";
import type { Storage } from "../../fields/catalogue.ts";
import type { JsonObject } from "../../json.ts";
import type { LogtoUser } from "../../logto/users.ts";
import type { Services } from "../../services.ts";
import { composeDocument, type StoredProfile, shownGroup } from "./document.ts";
import { entityTag } from "./entity-tag.ts";
import { openRow, type UserReading } from "./stored-profile.ts";

/** The document, or one of its groups, with its entity tag. */
export type Profile = { document: JsonObject; tag: string };

/**
 * Composes what a read shows from what the stores hold.
 * @param group the storage of the group that is shown. Default: the whole document.
 */
export async function presentProfile(
  { platform }: Pick<Services, "platform">,
  stores: StoredProfile,
  group?: Storage,
): Promise<Profile> {
  const document = group === undefined ? composeDocument(stores) : shownGroup(stores, group);
  return { document, tag: await entityTag(platform.digests, stores, group) };
}

/** The document, or one of its groups, as the text of an answer. */
type ProfileAnswer = { text: string; tag: string };

/**
 * An answer stays good while the user is this very snapshot, and the row of the vault is what it was opened from. It does
 * not keep the snapshot in memory: without that, it is no good any more.
 */
type Kept = ProfileAnswer & { user: WeakRef<LogtoUser>; row: VaultRow | undefined };

export type ProfileReader = {
  /**
   * Reads the caller's document, or one of its groups.
   * @param fresh asks for what Logto has now, and not for a snapshot.
   * @throws {Refusal} `invalid_token`, `user_suspended`, `data_integrity`.
   */
  read(caller: Caller, options: { fresh: boolean; group?: Storage | undefined }): Promise<ProfileAnswer>;
};

/** Of all answers of one kind: the whole document, or one group. */
const productionBounds: CacheBounds = { number: 10_000, bytes: 16 * 1_048_576 };

/** A read that finds its answer costs one look at the row of the vault, which is not opened then. */
export function createProfileReader(
  services: Pick<Services, "platform" | "db" | "vault" | "logto">,
  bounds = productionBounds,
): ProfileReader {
  const answers = new Map<Storage | undefined, BoundedCache<Kept>>();
  const looked = { hits: 0, misses: 0 };
  services.platform.metrics?.watchCache("documents", () => ({
    entries: [...answers.values()].reduce((sum, kept) => sum + kept.size(), 0),
    ...looked,
  }));
  const answersOf = (group: Storage | undefined) => {
    const known = answers.get(group) ?? createBoundedCache<Kept>(bounds);
    answers.set(group, known);
    return known;
  };

  return {
    async read({ userId }, { fresh, group }) {
      const reading: UserReading = fresh ? "latest" : "get";
      const [user, row] = await Promise.all([
        services.logto.snapshots[reading](userId),
        showsVault(group) ? services.db.vaults.find(userId) : undefined,
      ]);
      const kept = answersOf(group).get(userId);
      if (kept?.user.deref() === user && isSame(kept.row, row)) {
        looked.hits += 1;
        return kept;
      }
      looked.misses += 1;
      const vault = await openRow(services, userId, row);
      const { document, tag } = await presentProfile(services, { user, ...vault }, group);
      const answer = { text: JSON.stringify(document), tag, user: new WeakRef(user), row };
      answersOf(group).set(userId, answer, 2 * (answer.text.length + (row?.sealed.length ?? 0)));
      return answer;
    },
  };
}

const showsVault = (group: Storage | undefined) => group === undefined || group === "vault";
/** Compares what is sealed too: a row that somebody has changed behind the service must not pass for the old one. */
const isSame = (one: VaultRow | undefined, other: VaultRow | undefined) =>
  one?.version === other?.version && one?.sealed === other?.sealed;
