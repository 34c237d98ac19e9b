import type { Db } from "../../db/repositories.ts";
import { Refusal } from "../problem.ts";
import { keyIdOf, type SealContext, type Sealer } from "./sealed-document.ts";

/** Lets a rotation be watched and ended between two pages. */
export type RotationOptions = { signal?: AbortSignal; onPage?(report: RotationReport): void };

/** `damaged` rows could not be opened and were left as they are. */
export type RotationReport = { resealed: number; damaged: number };

const pageSize = 100;

/**
 * Re-encrypts under the current key whatever another key still seals. It remembers nothing: run again after an
 * interruption it goes on with what is left, and a write made meanwhile wins.
 * Stored answers are left alone: they live for a day.
 * @throws {Refusal} `storage_unavailable`.
 */
export async function rotate(
  sealer: Sealer,
  { vaults, secrets, journal }: Pick<Db, "vaults" | "secrets" | "journal">,
  { signal, onPage }: RotationOptions = {},
): Promise<RotationReport> {
  const { current } = sealer;
  const report: RotationReport = { resealed: 0, damaged: 0 };
  const renew = async (
    context: SealContext,
    sealed: string,
    replace: (sealed: string) => Promise<boolean>,
  ) => {
    const renewed = await resealed(sealer, context, sealed);
    if (renewed === undefined) report.damaged++;
    else if (await replace(renewed)) report.resealed++;
  };

  for (const row of await secrets.sealedUnderOtherKeys(current)) {
    await renew({ userId: "", purpose: "secret" }, row.sealed, (sealed) =>
      secrets.reseal(row, current, sealed),
    );
  }
  for await (const { userId, id, sealed: read } of pages(journal.page, ({ id }) => id)) {
    if (keyIdOf(read) === current) continue;
    await renew({ userId, purpose: "journal" }, read, (sealed) =>
      journal.reseal({ id, sealed: read }, sealed),
    );
  }
  const others = (limit: number, after: string) => vaults.sealedUnderOtherKeys(current, limit, after);
  for await (const row of pages(
    others,
    ({ userId }) => userId,
    () => onPage?.(report),
  )) {
    if (signal?.aborted) break;
    const { userId } = row;
    await renew({ userId, purpose: "vault" }, row.sealed, (sealed) => vaults.reseal(row, current, sealed));
  }
  return report;
}

/** Every row of a listing that goes on after the key of the last row. */
async function* pages<Row>(
  list: (limit: number, after: string) => Promise<Row[]>,
  keyOf: (row: Row) => string,
  onPage?: () => void,
) {
  let after = "";
  for (;;) {
    const page = await list(pageSize, after);
    yield* page;
    const last = page.at(-1);
    if (last === undefined) return;
    after = keyOf(last);
    onPage?.();
  }
}

async function resealed(sealer: Sealer, context: SealContext, sealed: string) {
  try {
    return await sealer.seal(context, await sealer.open(context, sealed));
  } catch (error) {
    if (error instanceof Refusal && error.code === "data_integrity") return undefined;
    throw error;
  }
}
