/** Everything a verb may reach, in groups that say where data goes; each verb takes only the groups that it names. */
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
  /** The tenant: people, their sessions, codes, keys. */
  logto: Logto;
  /** How each kind of journal entry is finished; the journal itself knows none of them. */
  settlers: Settlers;
};
