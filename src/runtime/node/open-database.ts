import type { Database } from "../../../db/database.ts";
import { openPostgres, type PostgresOptions } from "../../../db/postgres.ts";
import { openSqlite, type SqliteOptions } from "../../../db/sqlite.ts";
import type { DatabaseConfig } from "../../config.ts";
import type { Around } from "../../platform.ts";

/** How each kind of database is used. Default: as in production. */
export type DatabaseOptions = { sqlite?: SqliteOptions; postgres?: PostgresOptions };

/** Opens the database of `DATABASE_URL`. @throws {Refusal} `storage_unavailable` for a file that cannot be used. */
export const openDatabase = (
  config: DatabaseConfig,
  { sqlite, postgres }: DatabaseOptions = {},
  around?: Around,
): Database =>
  config.kind === "sqlite"
    ? openSqlite(config.path, { ...sqlite, around })
    : openPostgres(config.url.reveal(), { ...postgres, around });
