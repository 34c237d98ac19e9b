/** `npm run -s token -- alice`: prints an access token of that person. */
import { issuePersonToken } from "../src/operator/person-token.ts";
import { OperatorError } from "../src/operator-error.ts";
import { createNodePlatform } from "../src/runtime/node/platform.ts";
import { findTenant } from "./lib/find-tenant.ts";
import { parseArguments, readEnvironment, runCommand, tell, UsageError } from "./lib/run-command.ts";

const usage = `usage: npm run -s token -- <username, user id or e-mail> [scope …]
  Prints an access token for this API, with the scopes profile:read and profile:write unless others are named.
The tenant: LOGTO_ENDPOINT, LOGTO_M2M_APP_ID, LOGTO_M2M_APP_SECRET, API_RESOURCE, [LOGTO_MANAGEMENT_API] in the
environment or .env; without LOGTO_ENDPOINT the running dev tenant.`;

await runCommand(usage, async () => {
  const [who, ...named] = parseArguments({ allowPositionals: true }).positionals;
  if (!who) throw new UsageError("Name a person.");
  const wanted = named.length > 0 ? named : ["profile:read", "profile:write"];
  const { logto, apiResource } = await findTenant(readEnvironment());
  const access = { logto, platform: createNodePlatform() };
  const { person, accessToken, scopes } = await issuePersonToken(access, {
    who,
    apiResource,
    scopes: wanted,
  });
  const missing = wanted.filter((scope) => !scopes.includes(scope)).join(", ");
  const advice = `the tenant does not grant ${who} ${missing}: give them the role that does`;
  if (scopes.length === 0) throw new OperatorError(`No token: ${advice}, see \`npm run seed:m2m\`.`);
  if (missing) tell(`note: ${advice}`);
  if (person.isSuspended) tell(`note: ${who} is suspended, so the service will refuse this token`);
  process.stdout.write(`${accessToken}\n`);
});
