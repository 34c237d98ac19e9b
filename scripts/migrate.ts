/** `npm run migrate`: brings the tables of DATABASE_URL up to date, as a start of the service would. */
import * as z from "zod";
import { environment, readVariables } from "../src/config.ts";
import { OperatorError } from "../src/logto/operator/operator-error.ts";
import { Refusal } from "../src/problem.ts";
import { openDatabase } from "../src/runtime/node/open-database.ts";
import { parseArguments, readEnvironment, runCommand } from "./lib/run-command.ts";

const usage = `usage: npm run migrate
  Applies the migrations that DATABASE_URL (environment or .env; default file:./data/profile.db) has not seen.
  For D1: npx wrangler d1 migrations apply <database>`;

const coded = z.object({ code: z.string().regex(/^\w+$/) });

const explained = (error: unknown) => {
  if (!(error instanceof Refusal)) return error;
  const code = coded.safeParse(error.cause).data?.code;
  return new OperatorError(
    `The database of DATABASE_URL cannot be used${code ? ` (${code})` : ""}: check that it runs, and its user, password and name.`,
  );
};

async function migrate() {
  const { DATABASE_URL: config } = readVariables(environment.pick({ DATABASE_URL: true }), readEnvironment());
  const database = openDatabase(config);
  const applied = await database.migrate().finally(() => database.close());
  const where = config.kind === "sqlite" ? config.path : "PostgreSQL";
  for (const name of applied) process.stdout.write(`applied ${name}\n`);
  process.stdout.write(`${where} is up to date${applied.length === 0 ? ": nothing to apply" : ""}\n`);
}

await runCommand(usage, async () => {
  parseArguments({});
  await migrate().catch((error) => {
    throw explained(error);
  });
});
