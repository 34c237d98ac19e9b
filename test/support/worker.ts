/** The Worker for a test: workerd with its own D1 database, through wrangler's harness; the dev tenant for Logto. */
import { randomBytes } from "node:crypto";
import { fileURLToPath } from "node:url";
import { createTestHarness } from "wrangler";
import { type D1Binding, openD1 } from "../../db/d1.ts";
import type { Database } from "../../db/database.ts";
import type { Tenant } from "../../dev/tenant/tenant.ts";
import { callsPer10s } from "./logto.ts";
import { apiResource } from "./service.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** The harness sends what a Worker sends with this function, which would follow the redirects that the Worker wants to see. */
const plainFetch = globalThis.fetch;
globalThis.fetch = (input, init) =>
  init !== undefined && "url" in init
    ? plainFetch(new Request(input, init), { redirect: "manual" })
    : plainFetch(input, init);

export type TestWorker = {
  url: string;
  /** Runs the cron trigger of that name, and answers how it ended. */
  scheduled(cron: string): Promise<string>;
  /** The database behind the Worker. */
  database(): Promise<Database>;
  /** Every line the Worker logged. */
  lines(): string[];
  /**
   * Starts the Worker anew at the same address, as another isolate would be; its database stays.
   * @param environment variables that are changed from now on.
   */
  restart(environment?: Record<string, string>): Promise<void>;
  close(): Promise<void>;
};

/** Bundles and starts the Worker as `wrangler.toml` describes it, migrations applied; its clock is the real one. */
export async function startWorker(
  tenant: Tenant,
  environment: Record<string, string> = {},
): Promise<TestWorker> {
  const { endpoint, m2m } = tenant.description;
  const worker = {
    configPath: "wrangler.toml",
    vars: {
      LOGTO_ENDPOINT: endpoint,
      LOGTO_M2M_APP_ID: m2m.appId,
      API_RESOURCE: apiResource,
      LOGTO_CALLS_PER_10S: String(callsPer10s),
      PUBLIC_URL: "https://profile.example.test",
      ...environment,
    },
    secrets: {
      LOGTO_M2M_APP_SECRET: m2m.appSecret,
      ENCRYPTION_KEYS: `test:${randomBytes(32).toString("base64")}`,
    },
  };
  const server = createTestHarness({ root, workers: [worker] });
  const { url } = await server.listen();
  await server.getWorker().applyD1Migrations("DB");
  return {
    url: url.origin,
    scheduled: async (cron) =>
      (await server.getWorker().scheduled({ cron, scheduledTime: new Date() })).outcome,
    database: async () => openD1((await server.getWorker<{ DB: D1Binding }>().getEnv()).DB),
    lines: () => server.getLogs().map(({ message }) => message),
    restart(changed = {}) {
      Object.assign(worker.vars, changed);
      return server.update({ root, workers: [{ ...worker, vars: { ...worker.vars, RESTARTED: "1" } }] });
    },
    close: () => server.close(),
  };
}
