/** `npm run rotate-keys`: seals everything anew that is sealed with an older key. The service may run meanwhile. */
import { environment, readVariables } from "../src/config.ts";
import { OperatorError } from "../src/operator-error.ts";
import { rotate } from "../src/vault/rotate.ts";
import { openVault } from "../src/vault/vault.ts";
import { parseArguments, readEnvironment, runCommand, tell } from "./lib/run-command.ts";
import { withDatabase } from "./lib/with-database.ts";

const usage = `usage: npm run rotate-keys
  Seals everything with the first key of ENCRYPTION_KEYS. It can be interrupted and run again.
  DATABASE_URL and ENCRYPTION_KEYS are read from the environment or .env.`;

const variables = environment.pick({ DATABASE_URL: true, ENCRYPTION_KEYS: true });

await runCommand(usage, async () => {
  parseArguments({});
  const { DATABASE_URL: config, ENCRYPTION_KEYS: keys } = readVariables(variables, readEnvironment());
  const [{ kid: current }] = keys;
  const { report, stillInUse } = await withDatabase(config, async (db) => {
    const report = await rotate(await openVault(keys, db), db, {
      onPage: ({ resealed }) => tell(`resealed ${resealed} so far`),
    });
    const { kidsInUse } = await db.canaries.readKeyState();
    return { report, stillInUse: kidsInUse.filter((kid) => kid !== current) };
  });
  process.stdout.write(`resealed ${report.resealed} under ${current}, damaged ${report.damaged}\n`);
  if (report.damaged > 0) {
    throw new OperatorError(
      `${report.damaged} rows open under no key and were left unchanged: restore them from a backup before you remove a key.`,
    );
  }
  if (stillInUse.length > 0) {
    throw new OperatorError(
      `Rows were written under ${stillInUse.join(", ")} meanwhile: restart every instance with ${current} first, then run this again.`,
    );
  }
  process.stdout.write(
    "the other keys can be removed in 24 hours, when the stored answers that they sealed have expired\n",
  );
});
