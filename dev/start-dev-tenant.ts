import { randomBytes } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { startTenant } from "./tenant/start-tenant.ts";
import type { Tenant } from "./tenant/tenant.ts";

/**
 * Starts the dev tenant for `npm run dev` and `npm run dev:workers`. `PORT`, `DEV_TENANT_PORT` and `DATA_DIR` move it.
 * @returns the tenant, and the environment variables with which the service finds it.
 */
export async function startDevTenant() {
  const port = process.env.PORT ?? "3000";
  const dataFolder = process.env.DATA_DIR ?? "data";
  const publicUrl = `http://localhost:${port}`;
  await mkdir(dataFolder, { recursive: true });
  const tenant = await startTenant({
    port: Number(process.env.DEV_TENANT_PORT ?? "3001"),
    apiResource: publicUrl,
    redirectUris: { web: `${publicUrl}/session/callback`, spa: `${publicUrl}/callback` },
    backchannelLogoutUri: `${publicUrl}/session/backchannel-logout`,
    dataFile: join(dataFolder, "dev-tenant.json"),
    print: (line) => console.log(line),
  });
  // Who registers by address alone is complete.
  tenant.state.signInExperience.signUp.identifiers = ["email"];
  tenant.state.signInExperience.socialSignInConnectorTargets = ["mock-social"];
  const shopPage = "http://localhost:8000/callback";
  const { redirectUris } = tenant.state.applications.get(tenant.description.web.appId).oidcClientMetadata;
  redirectUris.push(shopPage);
  const { endpoint, managementApi, apiResource, m2m, web, users } = tenant.description;
  const variables = {
    LOGTO_ENDPOINT: endpoint,
    LOGTO_M2M_APP_ID: m2m.appId,
    LOGTO_M2M_APP_SECRET: m2m.appSecret,
    LOGTO_MANAGEMENT_API: managementApi,
    API_RESOURCE: apiResource,
    PUBLIC_URL: publicUrl,
    // The tenant is on this machine, so nobody else's limit has to be kept.
    LOGTO_CALLS_PER_10S: process.env.LOGTO_CALLS_PER_10S ?? "100000",
    ENCRYPTION_KEYS: await keys(dataFolder, "encryption-keys"),
    LOGTO_WEBHOOK_SIGNING_KEY: addWebhook(tenant, publicUrl),
    LOGTO_APP_ID: web.appId,
    LOGTO_APP_SECRET: web.appSecret,
    COOKIE_KEYS: await keys(dataFolder, "cookie-keys"),
    MEDUSA_ACTORS: `customer,user:${addStaff(tenant)}`,
    MEDUSA_REGISTRATION: "open",
    MEDUSA_CALLBACK_URLS: shopPage,
    MEDUSA_RESET_URL: `${endpoint}/dev/events`,
    NOTICES_URL: `${endpoint}/dev/events`,
    NOTICES_SECRET: `whsec_${randomBytes(32).toString("base64")}`,
  };
  const printAddresses = () => {
    console.log(`dev tenant  ${endpoint}  people: ${users.map(({ username }) => username).join(", ")}`);
    console.log(`profile-bff ${publicUrl}  try: npm run -s token -- alice`);
    console.log(`account     ${publicUrl}/account  password: <name>-password-1 (dave has none)`);
  };
  return { tenant, variables, port, dataFolder, printAddresses };
}

/** The keys in a file of the data folder. The first start creates them. */
async function keys(dataFolder: string, name: string): Promise<string> {
  const file = join(dataFolder, name);
  const created = `dev:${randomBytes(32).toString("base64")}`;
  await writeFile(file, created, { mode: 0o600, flag: "wx" }).catch(() => undefined);
  return readFile(file, "utf8");
}

/** Lets the tenant tell the service of its people. @returns the signing key. */
function addWebhook({ state }: Tenant, publicUrl: string): string {
  const signingKey = randomBytes(24).toString("base64url");
  state.hooks.insert({
    id: "devwebhook00000000001",
    name: "profile-bff",
    events: [
      "User.Deleted",
      "User.Data.Updated",
      "User.SuspensionStatus.Updated",
      "PostResetPassword",
      "PostSignIn",
      "Identifier.Lockout",
    ],
    config: { url: `${publicUrl}/webhooks/logto` },
    signingKey,
    enabled: true,
    createdAt: Date.now(),
  });
  return signingKey;
}

/** Gives alice the role that a user of the shop takes. @returns its name. */
function addStaff({ state, description }: Tenant): string {
  const id = "devstaffrole000000001";
  const role = { id, name: "shop-staff", description: "Works in the shop.", type: "User" as const };
  state.roles.insert({ ...role, isDefault: false, scopeIds: new Set() });
  for (const { id: userId, username } of description.users)
    if (username === "alice") state.users.get(userId).roleIds.add(id);
  return role.name;
}
