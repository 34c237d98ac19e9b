import type { Secrets } from "../../db/secrets.ts";
import type { Vaults } from "../../db/vault.ts";
import { Refusal } from "../problem.ts";
import type { Keyring } from "./keyring.ts";
import { open, type SealContext, seal } from "./sealed-document.ts";

/** What a rotation reads and rewrites. Everything else that is sealed lives for a day at most. */
export type RotationStores = {
  vaults: Pick<Vaults, "sealedByOthers" | "reseal">;
  secrets: Pick<Secrets, "sealedByOthers" | "reseal">;
};

/** `damaged` rows could not be opened and were left as they are. */
export type RotationReport = { resealed: number; damaged: number };

const pageSize = 100;

/**
 * Re-encrypts under the current key whatever another key still seals. It remembers nothing: run again after an
 * interruption it goes on with what is left, and a write made meanwhile wins.
 * @param stores on a running service, in the background.
 * @throws {Refusal} `storage_unavailable`.
 */
export async function rotate(keyring: Keyring, stores: RotationStores): Promise<RotationReport> {
  const report: RotationReport = { resealed: 0, damaged: 0 };
  for (const row of await stores.secrets.sealedByOthers(keyring.current)) {
    const sealed = await resealed(keyring, { userId: "", purpose: "secret" }, row.sealed);
    if (sealed === undefined) report.damaged++;
    else if (await stores.secrets.reseal(row, keyring.current, sealed)) report.resealed++;
  }
  let after: string | undefined;
  do {
    const page = await stores.vaults.sealedByOthers(keyring.current, pageSize, after);
    for (const row of page) {
      const sealed = await resealed(keyring, { userId: row.userId, purpose: "vault" }, row.sealed);
      if (sealed === undefined) report.damaged++;
      else if (await stores.vaults.reseal(row, keyring.current, sealed)) report.resealed++;
    }
    after = page.at(-1)?.userId;
  } while (after !== undefined);
  return report;
}

async function resealed(keyring: Keyring, context: SealContext, sealed: string) {
  try {
    return await seal(keyring, context, await open(keyring, context, sealed));
  } catch (error) {
    if (error instanceof Refusal && error.code === "data_integrity") return undefined;
    throw error;
  }
}
