import { readdirSync, readFileSync } from "node:fs";
import type { Migration } from "./migrate.ts";

const folder = new URL("./migrations/", import.meta.url);

/** Reads `db/migrations/*.sql` in the order of their numbers. The names are checked, since they are put into SQL. */
export const readMigrations = (): Migration[] =>
  readdirSync(folder)
    .filter((name) => /^\d{4}_[a-z_]+\.sql$/.test(name))
    .sort()
    .map((name) => ({ name, sql: readFileSync(new URL(name, folder), "utf8") }));
