import * as z from "zod";
import { createDb, type Db } from "../../db/repositories.ts";
import type { DatabaseConfig } from "../../src/config.ts";
import { OperatorError } from "../../src/operator-error.ts";
import { Refusal } from "../../src/problem.ts";
import { openDatabase } from "../../src/runtime/node/open-database.ts";

const coded = z.object({ code: z.string().regex(/^\w+$/) });

/**
 * Opens the database of `DATABASE_URL` for one command and closes it again.
 * @throws {OperatorError} in words for the operator, when it cannot be used.
 */
export async function withDatabase<T>(config: DatabaseConfig, work: (db: Db) => Promise<T>): Promise<T> {
  try {
    const database = openDatabase(config);
    return await work(createDb(database)).finally(() => database.close());
  } catch (error) {
    throw explained(error);
  }
}

const explained = (error: unknown) => {
  if (!(error instanceof Refusal)) return error;
  const code = coded.safeParse(error.cause).data?.code;
  return new OperatorError(
    `The database of DATABASE_URL cannot be used${code ? ` (${code})` : ""}: check that it runs, and its user, password and name.`,
  );
};
