/** No statement looks at more rows than it returns or changes, however many a table has: the databases' plans say so. */
import Sqlite from "better-sqlite3";
import pg from "pg";
import { expect, test } from "vitest";
import { countRowsOf, eraseRows } from "../../db/erase.ts";
import { countExpired, purgeExpired } from "../../db/purge.ts";
import { tables } from "../../db/tables.ts";
import { createPostgresDatabase, createSqliteFile } from "../support/databases.ts";
import { useShared } from "../support/fixtures.ts";
import { type RecordedDatabase, recordStatements, type Sent } from "../support/recorded.ts";
import { everyQuery } from "./every-query.ts";

const file = useShared(createSqliteFile, (created) => created.remove());
const server = useShared(createPostgresDatabase, (created) => created.remove());

const client = useShared(
  async () => {
    const connected = new pg.Client(server.url);
    await connected.connect();
    return connected;
  },
  (connected) => connected.end(),
);

/** A row for each key or each secret of the service: they never become many. */
const small = ["canaries", "secrets", "schema_migrations"];
const growing = Object.keys(tables)
  .filter((table) => !small.includes(table))
  .join("|");

/** @returns every statement there is, under the names of the queries that send it. */
async function everyStatement(database: RecordedDatabase): Promise<Map<string, readonly Sent[]>> {
  const statements = new Map<string, readonly Sent[]>();
  const calls = [
    ...everyQuery(database),
    ["purge", () => purgeExpired(database, 1)] as const,
    ["count what expired", () => countExpired(database, 1)] as const,
    ["erase", () => eraseRows(database, "user")] as const,
    ["count what would be erased", () => countRowsOf(database, "user")] as const,
  ];
  for (const [name, call] of calls) {
    const before = database.sent.length;
    const made = call();
    await (made instanceof Promise ? made : database.batch([made]));
    statements.set(name, database.sent.slice(before));
  }
  return statements;
}

/** @returns the names and plans of those whose plan is bad. */
async function offenders(
  statements: Map<string, readonly Sent[]>,
  planOf: (statement: Sent) => Promise<string[]> | string[],
  isBad: (plan: string[], statement: Sent) => boolean,
) {
  const found: string[] = [];
  for (const [name, sent] of statements) {
    expect(sent, name).not.toHaveLength(0);
    for (const statement of sent) {
      const plan = await planOf(statement);
      if (isBad(plan, statement)) found.push([name, ...plan].join("\n  "));
    }
  }
  return found;
}

test("SQLite and D1 find the rows of every statement by equality, or in the order of an index up to a limit", async () => {
  const statements = await everyStatement(recordStatements(file.open(), "sqlite"));
  const reader = new Sqlite(file.path, { readonly: true });
  const planOf = ({ sql, parameters }: Sent) =>
    reader
      .prepare<unknown[], { detail: string }>(`explain query plan ${sql}`)
      .all(...parameters)
      .map(({ detail }) => detail);
  const manyRows = new RegExp(`^(SCAN (${growing})\\b|SEARCH (${growing}) [^=]*$)`);
  const isBad = (plan: string[], { sql }: Sent) => {
    const isLimited = /\blimit (\?|\d)/.test(sql) && !plan.includes("USE TEMP B-TREE FOR ORDER BY");
    return plan.some((line) => manyRows.test(line)) && !isLimited;
  };
  expect(await offenders(statements, planOf, isBad)).toEqual([]);
  reader.close();
});

test("PostgreSQL has an index for every statement, and drops no row that a range of it finds", async () => {
  const statements = await everyStatement(recordStatements(server.open(), "postgres"));
  // A table without rows is read whole unless that is forbidden; what is then still read whole has no index.
  await client.query("set enable_seqscan = off");
  const planOf = async ({ sql, parameters }: Sent) => {
    const { rows } = await client.query<{ "QUERY PLAN": string }>(`explain ${sql}`, [...parameters]);
    return rows.map((row) => row["QUERY PLAN"]);
  };
  const readsTable = new RegExp(`Seq Scan on (${growing})\\b`);
  const readsIndex = new RegExp(`Index (Only )?Scan using \\w+ on (${growing})\\b`);
  const isBad = (plan: string[]) =>
    plan
      .join("\n")
      .split("->")
      .some(
        (node) =>
          readsTable.test(node) ||
          (readsIndex.test(node) && /^ *Filter:/m.test(node) && !/Index Cond: .* = /.test(node)),
      );
  expect(await offenders(statements, planOf, isBad)).toEqual([]);
});

test("the primary keys are those that db/tables.ts declares", () => {
  const reader = new Sqlite(file.path, { readonly: true });
  const keyOf = (table: string) =>
    reader
      .prepare<unknown[], { name: string }>(`select name from pragma_table_info(?) where pk > 0 order by pk`)
      .all(table)
      .map(({ name }) => name);
  const declared = Object.entries(tables).map(([table, { key }]) => [table, [...key]]);
  expect(declared).toEqual(Object.keys(tables).map((table) => [table, keyOf(table)]));
  reader.close();
});
