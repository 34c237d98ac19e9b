/** Granting: what was given on an answer about a person is stored only while nothing has changed since the question. */
import type { Compilable } from "kysely";
import type { Ground, Guard } from "../../db/guard.ts";
import type { Caller } from "../caller.ts";
import { Refusal } from "../problem.ts";
import type { Services } from "../services.ts";

/**
 * Stores a grant, all or nothing, if the person's credentials are as they were when `ground` was read and the person
 * is not erased.
 * @param statements each takes the guard, so that none takes effect alone.
 * @returns false, with nothing stored, when a change of the password or an identifier has begun or ended since.
 * @throws {Refusal} `invalid_token` for an erased person; `storage_unavailable`.
 */
export async function storeGrant(
  { platform, db }: Pick<Services, "platform" | "db">,
  { personHash }: Caller,
  ground: Ground,
  statements: (guard: Guard) => readonly Compilable[],
): Promise<boolean> {
  const confirm = db.credentialEpochs.confirm(ground, personHash, platform.now());
  const [confirmed] = await db.batch([confirm, ...statements({ ground, person: personHash })]);
  if (confirmed?.affected === 1) return true;
  if (await db.tombstones.exists(personHash)) throw new Refusal("invalid_token", { reason: "erased_person" });
  return false;
}
