/** The runtimes that keep the contract over HTTP; each starts the whole service, with a tenant of its own. */
import { createPostgresDatabase } from "./databases.ts";
import { callsTo, startService, startTestTenant, type TestService } from "./service.ts";
import { startWorker } from "./worker.ts";

/** What every runtime offers to a test. There is no clock to move: that of a Worker is the real one. */
export type RunningService = Pick<TestService, "tenant" | "as" | "anonymous" | "token" | "userId" | "close">;

/** By the name under which the tests of a runtime are counted. */
export const runtimes: Record<string, () => Promise<RunningService>> = {
  "Node with SQLite": () => startService(),
  "Node with PostgreSQL": async () => {
    await using opened = new AsyncDisposableStack();
    const database = opened.adopt(await createPostgresDatabase(), (created) => created.remove());
    const service = opened.adopt(
      await startService({ environment: { DATABASE_URL: database.url } }),
      (started) => started.close(),
    );
    const everything = opened.move();
    return { ...service, close: () => everything.disposeAsync() };
  },
  "workerd with D1": async () => {
    await using opened = new AsyncDisposableStack();
    const tenant = opened.adopt(await startTestTenant(), (started) => started.close());
    const worker = opened.adopt(await startWorker(tenant), (started) => started.close());
    const everything = opened.move();
    const calls = callsTo(worker.url, tenant, { now: Date.now, tick: () => {} });
    return { tenant, ...calls, close: () => everything.disposeAsync() };
  },
};
