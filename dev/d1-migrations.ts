import { readdirSync, readFileSync } from "node:fs";

const folder = new URL("../db/migrations/", import.meta.url);

/**
 * What leaves an empty D1 database as `wrangler d1 migrations apply` does, which takes seconds for each file: it starts
 * workerd once for each.
 */
export const d1Migrations = (): string[] => [
  `create table d1_migrations(id integer primary key autoincrement, name text unique,
    applied_at timestamp default current_timestamp not null);`,
  ...readdirSync(folder)
    .sort()
    .flatMap((name) => [
      readFileSync(new URL(name, folder), "utf8"),
      `insert into d1_migrations (name) values ('${name}');`,
    ]),
];
