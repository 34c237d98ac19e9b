/** A whole installation for `npm run doctor`, in this process: a tenant, a database, the service behind a proxy. */
import { randomBytes } from "node:crypto";
import { readMigrations } from "../../db/migration-files.ts";
import { openSqlite } from "../../db/sqlite.ts";
import { seedConnectors } from "../../dev/tenant/seed-connectors.ts";
import { startTenant } from "../../dev/tenant/start-tenant.ts";
import { defaultAccountCenter } from "../../dev/tenant/store/account-center.ts";
import { defaultSignInExperience } from "../../dev/tenant/store/sign-in-experience.ts";
import type { Tenant } from "../../dev/tenant/tenant.ts";
import { createApp } from "../../src/app.ts";
import { createServices } from "../../src/compose.ts";
import { parseConfig } from "../../src/config.ts";
import type { Machine } from "../../src/operator/doctor/machine.ts";
import type { Place } from "../../src/operator/doctor/visit.ts";
import { createNodePlatform } from "../../src/runtime/node/platform.ts";
import { createSqliteFile } from "../support/databases.ts";
import { apiResource } from "../support/service.ts";

const publicUrl = "https://profile.example.test";
export const proxyAddress = "10.0.0.5";
export const here = "198.51.100.7";
export const dayMs = 86_400_000;

export const newKey = () => `k1:${randomBytes(32).toString("base64")}`;

export type Installation = Awaited<ReturnType<typeof install>>;

/** What is not as it was when the installation was built. */
export type Circumstances = {
  variables?: Place["variables"];
  machine?: Partial<Machine>;
  /** Variables of the running service, where they differ. */
  service?: Place["variables"];
  /** What lies between the network and the service does this to each request. Default: it appends `here`. */
  proxy?(headers: Headers): void;
  /** Answers in place of the service. */
  answer?(request: Request): Response | Promise<Response>;
  now?(): number;
  openDatabase?: Place["openDatabase"];
  development?: boolean;
  runtime?: Place["runtime"];
};

/** Builds an installation in which nothing is wrong. It is built once: `restore` undoes what a test did to the tenant. */
export async function install() {
  const tenant = await startTenant({
    port: 0,
    apiResource,
    passwordCost: 64,
    redirectUris: { web: `${publicUrl}/session/callback`, spa: `${publicUrl}/callback` },
    backchannelLogoutUri: `${publicUrl}/session/backchannel-logout`,
  });
  const { m2m, web, endpoint } = tenant.description;
  for (const { appId } of [m2m, web]) tenant.state.applications.get(appId).customClientMetadata = {};
  tenant.state.hooks.insert(goodHook());
  const file = await createSqliteFile();
  const variables: Record<string, string> = {
    LOGTO_ENDPOINT: endpoint,
    LOGTO_M2M_APP_ID: m2m.appId,
    LOGTO_M2M_APP_SECRET: m2m.appSecret,
    API_RESOURCE: apiResource,
    PUBLIC_URL: publicUrl,
    DATABASE_URL: `file:${file.path}`,
    ENCRYPTION_KEYS: newKey(),
    LOGTO_APP_ID: web.appId,
    LOGTO_APP_SECRET: web.appSecret,
    COOKIE_KEYS: newKey(),
    LOGTO_WEBHOOK_SIGNING_KEY: goodHook().signingKey,
    TRUSTED_PROXIES: `${proxyAddress}/32`,
  };
  const platform = createNodePlatform({ write: () => undefined });
  const database = file.open();
  /** Builds the service. It has its token from the start. */
  const serve = async (changes: Place["variables"] = {}, on = database) => {
    const services = await createServices(parseConfig({ ...variables, ...changes }), platform, on);
    await services.logto.m2mToken.get();
    return createApp(services);
  };
  return {
    ...{ tenant, state: tenant.state, file, variables, platform, serve, app: await serve() },
    restore: restorerOf(tenant),
    async close() {
      await tenant.close();
      await file.remove();
    },
  };
}

const goodHook = () => ({
  id: "hook",
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
  signingKey: "signing-key-of-the-webhook",
  enabled: true,
  createdAt: 0,
});

function restorerOf({ state }: Tenant): () => void {
  const { applications, roles, connectors, hooks } = state;
  const held = structuredClone({
    applications: applications.list(),
    roles: roles.list(),
    resources: roles.resources(),
  });
  return () => {
    const { applications: apps, roles: all, resources } = structuredClone(held);
    for (const one of apps) applications.insert(one);
    for (const one of all) roles.insert(one);
    for (const one of resources) roles.insertResource(one);
    for (const { id } of connectors.list()) connectors.remove(id);
    seedConnectors(state);
    hooks.insert(goodHook());
    Object.assign(state.signInExperience, defaultSignInExperience());
    Object.assign(state.accountCenter, defaultAccountCenter());
  };
}

/** The place to visit. */
export async function placeIn(
  { variables, file, app, platform, serve }: Installation,
  circumstances: Circumstances = {},
): Promise<Place> {
  const { proxy = (headers) => headers.append("x-forwarded-for", here), ...differing } = circumstances;
  const running = differing.service ? await serve(differing.service) : app;
  const throughProxy = async (request: Request) => {
    const headers = new Headers(request.headers);
    proxy(headers);
    return running.fetch(new Request(request, { headers }), { peerAddress: proxyAddress });
  };
  const answer = differing.answer ?? throughProxy;
  const reach: typeof fetch = async (...input) => {
    const request = new Request(...input);
    return request.url.startsWith(publicUrl) ? answer(request) : fetch(request);
  };
  const machine: Machine = {
    nodeVersion: "24.21.0",
    freeBytes: async () => 50e9,
    certificate: async () => ({ trouble: undefined, endsAt: Date.now() + 90 * dayMs }),
    ...differing.machine,
  };
  return {
    variables: { ...variables, ...differing.variables },
    development: differing.development ?? false,
    runtime: differing.runtime ?? "node",
    platform: { ...platform, fetch: reach, now: differing.now ?? platform.now },
    machine,
    migrations: readMigrations().map(({ name }) => name),
    openDatabase: differing.openDatabase ?? (() => openSqlite(file.path, { lockTimeoutMs: 100 })),
  };
}
