/** `npm run migrate`: applies the migrations to DATABASE_URL, as each start of the service does. */
import { environment, readVariables } from "../src/config.ts";
import { parseArguments, readEnvironment, runCommand } from "./lib/run-command.ts";
import { withDatabase } from "./lib/with-database.ts";

const usage = `usage: npm run migrate
  Applies the missing migrations to DATABASE_URL (environment or .env; default file:./data/profile.db).
  For D1: npx wrangler d1 migrations apply <database>`;

await runCommand(usage, async () => {
  parseArguments({});
  const { DATABASE_URL: config } = readVariables(environment.pick({ DATABASE_URL: true }), readEnvironment());
  const applied = await withDatabase(config, (db) => db.migrate());
  const where = config.kind === "sqlite" ? config.path : "PostgreSQL";
  for (const name of applied) process.stdout.write(`applied ${name}\n`);
  process.stdout.write(`${where} is up to date${applied.length === 0 ? ": nothing to apply" : ""}\n`);
});
