/** `npm run erase`: erases a person's data by hand, for example if a webhook was lost. */
import { environment, readVariables } from "../src/config.ts";
import { eraseUser } from "../src/erasure/erase-user.ts";
import { createNodePlatform } from "../src/runtime/node/platform.ts";
import { userIdSchema } from "../src/user-id.ts";
import { openVault } from "../src/vault/vault.ts";
import { parseArguments, readEnvironment, runCommand, UsageError } from "./lib/run-command.ts";
import { withDatabase } from "./lib/with-database.ts";

const usage = `usage: npm run erase -- <user id>
  Erases everything that is stored here about a person: fields, history, proofs, limits, pending changes. This is final.
  Delete the person at Logto first: with a token that is still valid they could store new rows.
  DATABASE_URL and ENCRYPTION_KEYS are read from the environment or .env.`;

const variables = environment.pick({ DATABASE_URL: true, ENCRYPTION_KEYS: true });

await runCommand(usage, async () => {
  const [given, ...others] = parseArguments({ allowPositionals: true }).positionals;
  const userId = userIdSchema.safeParse(given);
  if (!userId.success || others.length > 0) throw new UsageError("Name one user by their Logto user id.");
  const { DATABASE_URL: config, ENCRYPTION_KEYS: keys } = readVariables(variables, readEnvironment());
  const rows = await withDatabase(config, async (db) => {
    await db.migrate();
    const services = { db, platform: createNodePlatform(), vault: await openVault(keys, db) };
    return eraseUser(services, userId.data);
  });
  process.stdout.write(`erased ${rows} rows of ${userId.data}\n`);
});
