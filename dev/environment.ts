/** What `npm run dev` and `npm run dev:workers` have in common: the dev tenant, and the environment that leads to it. */
import { randomBytes } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { startTenant } from "./tenant/start-tenant.ts";

/** Starts the tenant; `PORT`, `DEV_TENANT_PORT` and `DATA_DIR` say where. @returns the service's variables beside it. */
export async function startDevTenant() {
  const port = process.env.PORT ?? "3000";
  const dataFolder = process.env.DATA_DIR ?? "data";
  const publicUrl = `http://localhost:${port}`;
  await mkdir(dataFolder, { recursive: true });
  const tenant = await startTenant({
    port: Number(process.env.DEV_TENANT_PORT ?? "3001"),
    apiResource: publicUrl,
    dataFile: join(dataFolder, "dev-tenant.json"),
    print: (line) => console.log(line),
  });
  const { endpoint, managementApi, apiResource, m2m, users } = tenant.description;
  const variables = {
    LOGTO_ENDPOINT: endpoint,
    LOGTO_M2M_APP_ID: m2m.appId,
    LOGTO_M2M_APP_SECRET: m2m.appSecret,
    LOGTO_MANAGEMENT_API: managementApi,
    API_RESOURCE: apiResource,
    PUBLIC_URL: publicUrl,
    ENCRYPTION_KEYS: await encryptionKeys(dataFolder),
  };
  const greet = (url: string) => {
    console.log(`dev tenant  ${endpoint}  people: ${users.map(({ username }) => username).join(", ")}`);
    console.log(`profile-bff ${url}  try: npm run -s token -- alice`);
  };
  return { tenant, variables, port, dataFolder, greet };
}

/** A key for this folder's databases, made at the first start. */
async function encryptionKeys(dataFolder: string): Promise<string> {
  const file = join(dataFolder, "encryption-keys");
  const made = `dev:${randomBytes(32).toString("base64")}`;
  await writeFile(file, made, { mode: 0o600, flag: "wx" }).catch(() => undefined);
  return readFile(file, "utf8");
}
