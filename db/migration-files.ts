import { readdirSync, readFileSync } from "node:fs";
import type { Migration } from "./migrate.ts";

const folder = new URL("./migrations/", import.meta.url);

/** Reads `db/migrations/*.sql` in the order of their numbers. The names are checked, since they are put into SQL. */
export const readMigrations = (): Migration[] =>
  readdirSync(folder)
    .filter((name) => /^\d{4}_[a-z_]+\.sql$/.test(name))
    .sort()
    .map((name) => ({ name, sql: readFileSync(new URL(name, folder), "utf8") }));

/** What leaves an empty D1 database as `wrangler d1 migrations apply` does, which starts workerd once for each file. */
export const migrationsForD1 = (): string[] => [
  `create table d1_migrations(id integer primary key autoincrement, name text unique,
    applied_at timestamp default current_timestamp not null);`,
  ...readMigrations().flatMap(({ name, sql }) => [
    sql,
    `insert into d1_migrations (name) values ('${name}');`,
  ]),
];
