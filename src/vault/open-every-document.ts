import type { Db } from "../../db/repositories.ts";
import type { CreateCipher } from "../ciphers.ts";
import type { EncryptionKeys } from "../encryption-keys.ts";
import { Refusal } from "../problem.ts";
import { createKeyring } from "./keyring.ts";
import { createSealer, type SealContext } from "./sealed-document.ts";
import { checkKeys } from "./verify-keys.ts";

/** Numbers of documents. Damaged ones open under no key. */
export type Opened = { opened: number; damaged: number };

type Row = { key: string; userId: string; sealed: string };
/** The documents of one purpose, in pages that follow the row with the key `after`. */
type Pages = { purpose: SealContext["purpose"]; page(after: string): Promise<Row[]> };

const pageSize = 500;

/**
 * Opens every document of the vault and of the journal, and writes nothing.
 * @param onPage called after each page.
 * @throws {OperatorError} if `ENCRYPTION_KEYS` does not fit the database.
 * @throws {Refusal} `storage_unavailable`.
 */
export async function openEveryDocument(
  keys: EncryptionKeys,
  db: Pick<Db, "canaries" | "journal" | "vaults">,
  cipher: CreateCipher,
  onPage: (counts: Opened) => void = () => {},
): Promise<Opened> {
  const keyring = createKeyring(keys, cipher);
  await checkKeys(keyring, await db.canaries.readKeyState());
  const sealer = createSealer(keyring);
  const counts = { opened: 0, damaged: 0 };
  for (const { purpose, page } of await documentsOf(db)) {
    for (let rows = await page(""); rows.length > 0; rows = await page(rows.at(-1)?.key ?? "")) {
      for (const { userId, sealed } of rows) {
        const isGood = await opens(() => sealer.open({ userId, purpose }, sealed));
        counts[isGood ? "opened" : "damaged"] += 1;
      }
      onPage(counts);
    }
  }
  return counts;
}

const documentsOf = async ({ journal, vaults }: Pick<Db, "journal" | "vaults">): Promise<Pages[]> => [
  {
    purpose: "journal",
    page: async (after) => (await journal.page(pageSize, after)).map((row) => ({ ...row, key: row.id })),
  },
  ...(await vaults.kids()).map(
    (kid): Pages => ({
      purpose: "vault",
      page: async (after) =>
        (await vaults.sealedUnder(kid, pageSize, after)).map((row) => ({ ...row, key: row.userId })),
    }),
  ),
];

async function opens(work: () => Promise<unknown>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    if (error instanceof Refusal && error.code === "data_integrity") return false;
    throw error;
  }
}
