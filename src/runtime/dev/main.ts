/** `npm run dev`: the dev tenant and the service beside it, with nothing to configure. */
import { randomBytes } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseConfig } from "../../config.ts";
import { createNodePlatform } from "../node/platform.ts";
import { serve } from "../node/serve.ts";
import { startTenant } from "./tenant/start-tenant.ts";

const port = process.env.PORT ?? "3000";
const tenantPort = Number(process.env.DEV_TENANT_PORT ?? "3001");
const dataFolder = process.env.DATA_DIR ?? "data";
const publicUrl = `http://localhost:${port}`;

/** A key for this folder's database, made at the first start. */
async function encryptionKeys(): Promise<string> {
  const file = join(dataFolder, "encryption-keys");
  const made = `dev:${randomBytes(32).toString("base64")}`;
  await writeFile(file, made, { mode: 0o600, flag: "wx" }).catch(() => undefined);
  return readFile(file, "utf8");
}

await mkdir(dataFolder, { recursive: true });
const tenant = await startTenant({
  port: tenantPort,
  apiResource: publicUrl,
  dataFile: join(dataFolder, "dev-tenant.json"),
  print: (line) => console.log(line),
});
const { endpoint, managementApi, apiResource, m2m, users } = tenant.description;
const config = parseConfig({
  LOGTO_ENDPOINT: endpoint,
  LOGTO_M2M_APP_ID: m2m.appId,
  LOGTO_M2M_APP_SECRET: m2m.appSecret,
  LOGTO_MANAGEMENT_API: managementApi,
  API_RESOURCE: apiResource,
  PORT: port,
  DATABASE_URL: `file:${join(dataFolder, "profile.db")}`,
  ENCRYPTION_KEYS: await encryptionKeys(),
});
const service = await serve(config, { platform: createNodePlatform() });
console.log(`dev tenant  ${endpoint}  people: ${users.map(({ username }) => username).join(", ")}`);
console.log(`profile-bff ${service.url}  try: npm run -s token -- alice`);

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  process.once(signal, () => {
    void service
      .close()
      .then(() => tenant.close())
      .then(() => process.exit(0));
  });
}
