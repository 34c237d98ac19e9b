/** The database for one command. */
import * as z from "zod";
import { createDb, type Db } from "../../db/repositories.ts";
import type { DatabaseConfig } from "../../src/config.ts";
import { OperatorError } from "../../src/operator-error.ts";
import { Refusal } from "../../src/problem.ts";
import { openDatabase } from "../../src/runtime/node/open-database.ts";

const withCode = z.object({ code: z.string().regex(/^\w+$/) });

/**
 * Opens the database of `DATABASE_URL` for one command and closes it at the end.
 * @throws {OperatorError} if the database cannot be used.
 */
export async function withDatabase<T>(config: DatabaseConfig, work: (db: Db) => Promise<T>): Promise<T> {
  try {
    const database = openDatabase(config);
    return await work(createDb(database)).finally(() => database.close());
  } catch (error) {
    throw explainFailure(error);
  }
}

const explainFailure = (error: unknown) => {
  if (
    error instanceof Error &&
    /^(no such (table|column)|(relation|column) \S+ does not exist)/.test(error.message)
  ) {
    return new OperatorError(
      "The database of DATABASE_URL lacks tables or columns of this release: run npm run migrate first.",
    );
  }
  if (!(error instanceof Refusal)) return error;
  const code = withCode.safeParse(error.cause).data?.code;
  return new OperatorError(
    `The database of DATABASE_URL cannot be used${code ? ` (${code})` : ""}: check that it runs, and its user, password and name.`,
  );
};
