import type { Database } from "../../../db/database.ts";
import { openPostgres } from "../../../db/postgres.ts";
import { openSqlite, type SqliteOptions } from "../../../db/sqlite.ts";
import type { DatabaseConfig } from "../../config.ts";

/** Opens the database of `DATABASE_URL`. @throws {Refusal} `storage_unavailable` for a file that cannot be used. */
export const openDatabase = (config: DatabaseConfig, sqlite: SqliteOptions = {}): Database =>
  config.kind === "sqlite" ? openSqlite(config.path, sqlite) : openPostgres(config.url.reveal());
