/** The runtimes on which the service keeps its promises; each starts it whole, with a tenant of its own. */
import { createPostgresDatabase } from "./databases.ts";
import { call, personOf, startService, startTestTenant, type TestService, tokensOf } from "./service.ts";
import { startWorker } from "./worker.ts";

/** What every runtime offers to a test. There is no clock to move: that of a Worker is the real one. */
export type RunningService = Pick<TestService, "tenant" | "as" | "anonymous" | "token" | "userId" | "close">;

/** By the name under which the tests of a runtime are counted. */
export const runtimes: Record<string, () => Promise<RunningService>> = {
  "Node with SQLite": () => startService(),
  "Node with PostgreSQL": async () => {
    const database = await createPostgresDatabase();
    const service = await startService({ environment: { DATABASE_URL: database.url } });
    return { ...service, close: () => service.close().then(() => database.remove()) };
  },
  "workerd with D1": async () => {
    const tenant = await startTestTenant();
    const worker = await startWorker(tenant);
    const token = tokensOf(tenant, { now: () => Date.now() });
    return {
      tenant,
      token,
      userId: (username) => personOf(tenant, username).id,
      as: (username, identity) => async (method, path, body, headers) => {
        const authorization = `Bearer ${identity?.token ?? (await token(username, identity))}`;
        return call(worker.url, method, path, body, { authorization, ...headers });
      },
      anonymous: (method, path, body, headers) => call(worker.url, method, path, body, headers),
      close: () => worker.close().then(() => tenant.close()),
    };
  },
};
