/** Fills a database with rows by the million, in SQL: for trials of what does not depend on their content. */
import Sqlite from "better-sqlite3";
import pg from "pg";

/** How a kind of database spells what SQL has no common word for. */
type Spelling = {
  /** A table `n(i)` of the numbers from 1. */
  numbers(count: number): string;
  /** 32 random hexadecimal digits, so that rows lie scattered in every index on them. */
  random: string;
};

export type ManyRows = {
  /** @param statement made with the database's spelling. */
  run(statement: (spelling: Spelling) => string): Promise<void>;
  /** @returns the rows of a query. */
  query(text: string): Promise<unknown[]>;
  close(): Promise<void>;
};

/** @param path of a migrated file, which nothing else writes to meanwhile. */
export function fillSqlite(path: string): ManyRows {
  const connection = new Sqlite(path, { timeout: 10_000 });
  connection.pragma("synchronous = OFF");
  const numbers = (count: number) =>
    `(with recursive n(i) as (select 1 union all select i + 1 from n where i < ${count}) select i from n) as n`;
  return {
    async run(statement) {
      connection.exec(statement({ numbers, random: "lower(hex(randomblob(16)))" }));
      connection.pragma("wal_checkpoint(TRUNCATE)");
    },
    query: async (text) => connection.prepare(text).all(),
    close: async () => void connection.close(),
  };
}

/** @param url of a migrated database. */
export function fillPostgres(url: string): ManyRows {
  const client = new pg.Pool({ connectionString: url, max: 1 });
  // The server was restarted: the next statement connects again.
  client.on("error", () => {});
  return {
    async run(statement) {
      const numbers = (count: number) => `generate_series(1, ${count}) as n(i)`;
      await client.query(statement({ numbers, random: "md5(random()::text)" }));
    },
    query: async (text) => (await client.query<Record<string, unknown>>(text)).rows,
    close: () => client.end(),
  };
}
