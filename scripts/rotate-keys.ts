/** `npm run rotate-keys`: re-seals whatever an older key still seals, while the service runs. */
import { createRepositories } from "../db/repositories.ts";
import { environment, readVariables } from "../src/config.ts";
import { OperatorError } from "../src/operator-error.ts";
import { verifyKeys } from "../src/vault/canary.ts";
import { createKeyring } from "../src/vault/keyring.ts";
import { rotate } from "../src/vault/rotate.ts";
import { parseArguments, readEnvironment, runCommand, tell } from "./lib/run-command.ts";
import { withDatabase } from "./lib/with-database.ts";

const usage = `usage: npm run rotate-keys
  Seals everything under the first key of ENCRYPTION_KEYS. It can be interrupted and run again.
  DATABASE_URL and ENCRYPTION_KEYS are read from the environment or .env.`;

const variables = environment.pick({ DATABASE_URL: true, ENCRYPTION_KEYS: true });

await runCommand(usage, async () => {
  parseArguments({});
  const { DATABASE_URL: config, ENCRYPTION_KEYS: keys } = readVariables(variables, readEnvironment());
  const keyring = createKeyring(keys);
  const { report, stillInUse } = await withDatabase(config, async (database) => {
    const stores = createRepositories(database);
    await verifyKeys(keyring, stores.canaries).catch((error: unknown) => {
      throw error instanceof Error && error.constructor === Error ? new OperatorError(error.message) : error;
    });
    const report = await rotate(keyring, stores, {
      onPage: ({ resealed }) => tell(`resealed ${resealed} so far`),
    });
    const kids = await stores.canaries.kidsInUse();
    return { report, stillInUse: kids.filter((kid) => kid !== keyring.current) };
  });
  process.stdout.write(`resealed ${report.resealed} under ${keyring.current}, damaged ${report.damaged}\n`);
  if (report.damaged > 0) {
    throw new OperatorError(
      `${report.damaged} rows open under no key and were left as they are: restore them from a backup before removing a key.`,
    );
  }
  if (stillInUse.length > 0) {
    throw new OperatorError(
      `Rows were written under ${stillInUse.join(", ")} meanwhile: restart every instance with ${keyring.current} first, then run this again.`,
    );
  }
  process.stdout.write(
    "the other keys can be removed in 24 hours, when the stored answers under them are gone\n",
  );
});
