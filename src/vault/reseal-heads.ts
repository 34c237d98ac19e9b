import type { SealedHead } from "../../db/activity-heads.ts";
import type { Database } from "../../db/database.ts";
import { runPiece } from "../../db/pieces.ts";
import { createRepositories } from "../../db/repositories.ts";
import type { RotationOptions } from "./rotate.ts";
import type { Vault } from "./vault.ts";

const pageSize = 96;

/**
 * Seals the heads of all chains of activity anew that a former key sealed: whoever has that key could set them back. The
 * entries keep their MACs, which the head vouches for. A head that does not fit its seal is left for `verify-activity`.
 * @returns how many were sealed.
 * @throws {Refusal} `storage_unavailable`, `data_integrity`.
 */
export async function resealHeads(
  { activity: keys }: Pick<Vault, "activity">,
  { background }: Pick<Database, "background">,
  { signal }: Pick<RotationOptions, "signal"> = {},
): Promise<number> {
  const { activityHeads } = createRepositories(background);
  let resealed = 0;
  let queriesLeft = background.queriesPerRun;
  for (const kid of keys.kids) {
    if (kid === keys.current) continue;
    let after = "";
    while (queriesLeft > 0 && !signal?.aborted) {
      const page = await activityHeads.sealedUnder(kid, pageSize, after);
      const last = page.at(-1);
      if (last === undefined) break;
      const statements = activityHeads.reseal(keys.current, await sealAnew(keys, page));
      const results = await runPiece(
        () => background.batch(statements),
        () => page.length < pageSize,
      );
      resealed += results.reduce((sum, { affected }) => sum + affected, 0);
      queriesLeft -= 1 + statements.length;
      after = last.user_id;
    }
  }
  return resealed;
}

async function sealAnew(keys: Vault["activity"], heads: readonly SealedHead[]) {
  const anew: { read: SealedHead; seal: string }[] = [];
  for (const read of heads) {
    const isWhole = (await keys.headMac(read.kid, read)) === read.seal;
    const seal = isWhole ? await keys.headMac(keys.current, read) : undefined;
    if (seal !== undefined) anew.push({ read, seal });
  }
  return anew;
}
