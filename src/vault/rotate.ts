import type { Db } from "../../db/repositories.ts";
import { Refusal } from "../problem.ts";
import { keyIdOf, type SealContext, type Sealer, secretContext } from "./sealed-document.ts";

/** `signal` ends the rotation before the next row of the vault; `onPage` is called after each page of the vault. */
export type RotationOptions = { signal?: AbortSignal; onPage?(report: RotationReport): void };

/** Numbers of rows. A damaged row cannot be opened and is left as it is. */
export type RotationReport = { resealed: number; damaged: number };

type Stores = Pick<Db, "vaults" | "secrets" | "journal">;

/** Seals a document again under the current key. `replace` stores it and returns false if the row has changed. */
type Reseal = (
  context: SealContext,
  sealed: string,
  replace: (sealed: string) => Promise<boolean>,
) => Promise<void>;

const pageSize = 100;

/**
 * Seals again, under the current key, every row that another key seals. It keeps no state: after an interruption the
 * next run continues with the rows that are left. A row that is written meanwhile keeps its new content.
 * Stored answers are not re-sealed, because they expire within a day.
 * @throws {Refusal} `storage_unavailable`.
 */
export async function rotate(
  sealer: Sealer,
  stores: Stores,
  { signal, onPage }: RotationOptions = {},
): Promise<RotationReport> {
  const report: RotationReport = { resealed: 0, damaged: 0 };
  const reseal: Reseal = async (context, sealed, replace) => {
    const resealed = await tryToReseal(sealer, context, sealed);
    if (resealed === undefined) report.damaged++;
    else if (await replace(resealed)) report.resealed++;
  };
  await rotateSecrets(stores, sealer.current, reseal);
  await rotateJournal(stores, sealer.current, reseal);
  await rotateVaults(stores, sealer.current, reseal, { signal, onPage: () => onPage?.(report) });
  return report;
}

async function rotateSecrets({ secrets }: Stores, kid: string, reseal: Reseal) {
  for (const row of await secrets.sealedUnderOtherKeys(kid)) {
    await reseal(secretContext, row.sealed, (sealed) => secrets.reseal(row, kid, sealed));
  }
}

async function rotateJournal({ journal }: Stores, kid: string, reseal: Reseal) {
  for await (const row of rowsOf(journal.page, ({ id }) => id)) {
    if (keyIdOf(row.sealed) === kid) continue;
    const context = { userId: row.userId, purpose: "journal" } as const;
    await reseal(context, row.sealed, (sealed) => journal.reseal(row, sealed));
  }
}

async function rotateVaults(
  { vaults }: Stores,
  kid: string,
  reseal: Reseal,
  { signal, onPage }: { signal: AbortSignal | undefined; onPage: () => void },
) {
  const page = (limit: number, after: string) => vaults.sealedUnderOtherKeys(kid, limit, after);
  for await (const row of rowsOf(page, ({ userId }) => userId, onPage)) {
    if (signal?.aborted) return;
    const context = { userId: row.userId, purpose: "vault" } as const;
    await reseal(context, row.sealed, (sealed) => vaults.reseal(row, kid, sealed));
  }
}

/**
 * Yields every row of a list that is read in pages.
 * @param list reads the page that follows the row with the key `after`.
 */
async function* rowsOf<Row>(
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

/** @returns undefined for a document that cannot be opened. */
async function tryToReseal(sealer: Sealer, context: SealContext, sealed: string) {
  try {
    return await sealer.seal(context, await sealer.open(context, sealed));
  } catch (error) {
    if (error instanceof Refusal && error.code === "data_integrity") return undefined;
    throw error;
  }
}
