/** The tenant of a command: the one that the environment names, or else the dev tenant of this folder. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";
import { environment, type LogtoConfig, logtoConfig, readVariables, Secret } from "../../src/config.ts";
import { OperatorError } from "../../src/operator-error.ts";
import { isMissing } from "./run-command.ts";

export type FoundTenant = { logto: LogtoConfig; apiResource: string };

type Environment = Readonly<Record<string, string | undefined>>;

const devTenantFile = z.object({
  endpoint: z.url(),
  issuer: z.url(),
  managementApi: z.url(),
  apiResource: z.url(),
  m2m: z.object({ appId: z.string(), appSecret: z.string().transform((value) => new Secret(value)) }),
});

const tenantVariables = environment.pick({
  LOGTO_ENDPOINT: true,
  LOGTO_INTERNAL_ENDPOINT: true,
  LOGTO_MANAGEMENT_API: true,
  API_RESOURCE: true,
});
const serviceCredential = environment.pick({ LOGTO_M2M_APP_ID: true, LOGTO_M2M_APP_SECRET: true });
const operatorCredential = z.object({
  OPERATOR_APP_ID: serviceCredential.shape.LOGTO_M2M_APP_ID,
  OPERATOR_APP_SECRET: serviceCredential.shape.LOGTO_M2M_APP_SECRET,
});

/**
 * Finds the tenant with the service's own credential.
 * @throws {ConfigError} that names the wrong variables, {OperatorError} if there is no tenant.
 */
export async function findTenant(env: Environment): Promise<FoundTenant> {
  if (!env.LOGTO_ENDPOINT) return devTenant(env);
  const given = readVariables(serviceCredential, env);
  return fromEnvironment(env, { appId: given.LOGTO_M2M_APP_ID, appSecret: given.LOGTO_M2M_APP_SECRET });
}

/**
 * Finds the tenant with the operator's credential: OPERATOR_APP_ID and OPERATOR_APP_SECRET. Without them it takes the
 * service's own credential, which may also manage the tenant.
 * @throws as `findTenant`.
 */
export async function findTenantToManage(env: Environment): Promise<FoundTenant> {
  if (!env.LOGTO_ENDPOINT) return devTenant(env);
  if (!env.OPERATOR_APP_ID && env.LOGTO_M2M_APP_ID) return findTenant(env);
  const given = readVariables(operatorCredential, env);
  return fromEnvironment(env, { appId: given.OPERATOR_APP_ID, appSecret: given.OPERATOR_APP_SECRET });
}

function fromEnvironment(env: Environment, m2m: LogtoConfig["m2m"]): FoundTenant {
  const given = readVariables(tenantVariables, env);
  return { logto: logtoConfig(given, m2m), apiResource: given.API_RESOURCE };
}

async function devTenant(env: Environment): Promise<FoundTenant> {
  const file = join(env.DATA_DIR || "data", "dev-tenant.json");
  try {
    const { apiResource, ...tenant } = devTenantFile.parse(JSON.parse(await readFile(file, "utf8")));
    return { logto: { ...tenant, internalEndpoint: tenant.endpoint }, apiResource };
  } catch (error) {
    const problem = isMissing(error) ? `There is no ${file}` : `${file} cannot be read`;
    throw new OperatorError(
      `${problem}: start the dev tenant with \`npm run dev\`, or set LOGTO_ENDPOINT in the environment or .env.`,
    );
  }
}
