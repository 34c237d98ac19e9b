/** Which tenant a command means: the Logto of the environment, or else the dev tenant of this folder. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";
import { environment, type LogtoConfig, readVariables, Secret } from "../../src/config.ts";
import { OperatorError } from "../../src/operator-error.ts";
import { isMissing } from "./run-command.ts";

export type FoundTenant = { logto: LogtoConfig; apiResource: string };

type Environment = Readonly<Record<string, string | undefined>>;

const description = z.object({
  endpoint: z.url(),
  issuer: z.url(),
  managementApi: z.url(),
  apiResource: z.url(),
  m2m: z.object({ appId: z.string(), appSecret: z.string().transform((value) => new Secret(value)) }),
});

const shared = environment.pick({ LOGTO_ENDPOINT: true, LOGTO_MANAGEMENT_API: true, API_RESOURCE: true });
const service = environment.pick({ LOGTO_M2M_APP_ID: true, LOGTO_M2M_APP_SECRET: true });
const operator = z.object({
  OPERATOR_APP_ID: service.shape.LOGTO_M2M_APP_ID,
  OPERATOR_APP_SECRET: service.shape.LOGTO_M2M_APP_SECRET,
});

/**
 * Finds the tenant with the service's own credential.
 * @throws {ConfigError} naming the variables at fault, {OperatorError} when there is no tenant at all.
 */
export async function findTenant(env: Environment): Promise<FoundTenant> {
  if (!env.LOGTO_ENDPOINT) return devTenant(env);
  const given = readVariables(service, env);
  return fromEnvironment(env, { appId: given.LOGTO_M2M_APP_ID, appSecret: given.LOGTO_M2M_APP_SECRET });
}

/**
 * Finds the tenant with the operator's credential: OPERATOR_APP_ID and OPERATOR_APP_SECRET, or without them the
 * service's own, which may manage the tenant as well once it exists.
 * @throws as `findTenant`.
 */
export async function findTenantToManage(env: Environment): Promise<FoundTenant> {
  if (!env.LOGTO_ENDPOINT) return devTenant(env);
  if (!env.OPERATOR_APP_ID && env.LOGTO_M2M_APP_ID) return findTenant(env);
  const given = readVariables(operator, env);
  return fromEnvironment(env, { appId: given.OPERATOR_APP_ID, appSecret: given.OPERATOR_APP_SECRET });
}

function fromEnvironment(env: Environment, m2m: LogtoConfig["m2m"]): FoundTenant {
  const given = readVariables(shared, env);
  const endpoint = given.LOGTO_ENDPOINT;
  const logto = { endpoint, issuer: `${endpoint}/oidc`, managementApi: given.LOGTO_MANAGEMENT_API, m2m };
  return { logto, apiResource: given.API_RESOURCE };
}

async function devTenant(env: Environment): Promise<FoundTenant> {
  const file = join(env.DATA_DIR || "data", "dev-tenant.json");
  try {
    const { apiResource, ...logto } = description.parse(JSON.parse(await readFile(file, "utf8")));
    return { logto, apiResource };
  } catch (error) {
    const what = isMissing(error) ? `There is no ${file}` : `${file} cannot be read`;
    throw new OperatorError(
      `${what}: start the dev tenant with \`npm run dev\`, or name a Logto by LOGTO_ENDPOINT in the environment or .env.`,
    );
  }
}
