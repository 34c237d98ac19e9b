import type { Database } from "../../../db/database.ts";
import { openPostgres } from "../../../db/postgres.ts";
import { openSqlite, type SqliteOptions } from "../../../db/sqlite.ts";
import type { DatabaseConfig } from "../../config.ts";

/** Opens the database that `DATABASE_URL` names. @throws {Refusal} `storage_unavailable` for an unusable file. */
export const openDatabase = (config: DatabaseConfig, sqlite: SqliteOptions = {}): Database =>
  config.kind === "sqlite" ? openSqlite(config.path, sqlite) : openPostgres(config.url.reveal());
