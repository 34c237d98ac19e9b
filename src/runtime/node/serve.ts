/** One running service on Node: database, app, server, the recovery timer, and a stop in the right order. */
import { createApp } from "../../app.ts";
import type { Config } from "../../config.ts";
import { recover } from "../../journal/recover.ts";
import { logEvent } from "../../log.ts";
import { createServices } from "../../services.ts";
import { openDatabase } from "./open-database.ts";
import { createNodePlatform } from "./platform.ts";
import { startServer } from "./server.ts";

/** Short enough that a change whose writer died is settled within a minute. */
const recoveryMs = 15_000;

export type Service = {
  url: string;
  /** Lets requests in flight finish, then closes everything. */
  close(): Promise<void>;
};

export type ServeOptions = {
  platform?: ReturnType<typeof createNodePlatform>;
  host?: string;
  /** How long requests are still taken once readiness says no, so that a load balancer can look elsewhere; milliseconds. */
  drainMs?: number;
};

/**
 * Starts the service on a configuration.
 * @throws {Error} when the database, its keys or the port cannot be used.
 */
export async function serve(config: Config, options: ServeOptions = {}): Promise<Service> {
  const platform = options.platform ?? createNodePlatform();
  const database = openDatabase(config.database);
  await database.migrate();
  const services = await createServices(config, platform, database);
  let stopping = false;
  const app = createApp(services, () => stopping);
  const server = await startServer({
    fetch: app.fetch,
    port: config.port,
    publicUrl: config.publicUrl,
    onStopping: () => {
      stopping = true;
    },
    ...(options.host === undefined ? {} : { host: options.host }),
    ...(options.drainMs === undefined ? {} : { drainMs: options.drainMs }),
  });
  // Asked for now, so that readiness tells of a bad credential and the first caller does not wait.
  platform.defer(services.m2mToken.get());
  const stopRecovery = repeat(
    () => recover(services),
    recoveryMs,
    (error) =>
      logEvent(platform, "error", "recovery.failed", {
        fault: error instanceof Error ? error.name : "unknown",
      }),
  );
  return {
    url: server.url,
    async close() {
      await server.close();
      await stopRecovery();
      await platform.settled();
      await database.close();
    },
  };
}

/** Runs `work` at once and then again and again, never twice at the same time. @returns a stop that waits for it. */
function repeat(work: () => Promise<unknown>, everyMs: number, report: (error: unknown) => void) {
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  const run = async (): Promise<void> => {
    await work().catch(report);
    if (!stopped) {
      timer = setTimeout(() => {
        running = run();
      }, everyMs);
    }
  };
  let running = run();
  return async () => {
    stopped = true;
    clearTimeout(timer);
    await running;
  };
}
