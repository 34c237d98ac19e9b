/** Everything that a verb can use, in groups that show where data goes. A verb takes only the groups that it names. */
import type { Db } from "../db/repositories.ts";
import type { Config } from "./config.ts";
import type { Settlers } from "./journal/entry.ts";
import type { Logto } from "./logto/logto.ts";
import type { Platform } from "./platform.ts";
import type { Vault } from "./vault/vault.ts";

export type Services = {
  config: Config;
  platform: Platform;
  /** Our own database: a repository for each table, and batches over them. */
  db: Db;
  /** Seals, opens and hashes with the keys of this service. */
  vault: Vault;
  /** The tenant: its users, their sessions and codes, its keys. */
  logto: Logto;
  /** How to finish each kind of journal entry. The journal itself does not know the kinds. */
  settlers: Settlers;
};
