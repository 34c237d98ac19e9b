/** Runs the service on Node: database, app, server and background jobs, and stops them in the right order. */
import { createApp } from "../../app.ts";
import { createServices, inBackground } from "../../compose.ts";
import { type Config, parseConfig } from "../../config.ts";
import type { Bindings } from "../../http/env.ts";
import { backgroundJobs } from "../../jobs.ts";
import { logEvent } from "../../log.ts";
import type { LogtoTuning } from "../../logto/tuning.ts";
import { type DatabaseOptions, openDatabase } from "./open-database.ts";
import { openMetrics } from "./open-metrics.ts";
import { openObservers } from "./open-observers.ts";
import { createNodePlatform } from "./platform.ts";
import { runJobs } from "./run-jobs.ts";
import { startServer } from "./server.ts";

export type Service = {
  url: string;
  /** Where `/metrics` is; undefined where it is not, or where the process that supervises this one has it. */
  metricsUrl: string | undefined;
  /** Lets requests in flight finish, then closes everything. */
  close(): Promise<void>;
};

export type ServeOptions = {
  platform?: ReturnType<typeof createNodePlatform>;
  /** How long new requests are served after `/readyz` turns 503, for load balancers to notice; in ms. Default: 0. */
  drainMs?: number;
  /** Time limits and sizes of the calls to Logto; default: production's. */
  tuning?: LogtoTuning;
  /** How the database of `DATABASE_URL` is used. */
  database?: DatabaseOptions;
  /** Answers some requests in place of the app, such as pages that lie beside it. Default: none. */
  beside?: (request: Request) => Promise<Response | undefined>;
};

/**
 * Starts the service with environment variables.
 * @param development as for `parseConfig`. Default: false.
 * @throws {ConfigError} and what `serve` throws.
 */
export const serveEnvironment = (
  variables: Readonly<Record<string, string | undefined>>,
  { development = false, ...options }: ServeOptions & { development?: boolean } = {},
): Promise<Service> => serve(parseConfig(variables, { development }), options);

/**
 * Starts the service with a configuration.
 * @throws {Error} when the database, its keys or the port cannot be used.
 */
export async function serve(config: Config, options: ServeOptions = {}): Promise<Service> {
  const own = options.platform ?? createNodePlatform();
  const measured = config.metrics && (await openMetrics(config.metrics));
  const observers = await openObservers(config, own);
  const { around } = observers;
  const platform = { ...own, ...(measured && { metrics: measured.metrics }), ...(around && { around }) };
  const database = openDatabase(config.database, options.database, around);
  await database.migrate();
  const services = await createServices(config, platform, database, options);
  let stopping = false;
  const app = createApp(services, () => stopping, observers.middleware);
  const server = await startServer({
    fetch: options.beside ? besideOf(app, options.beside) : app.fetch,
    host: config.host,
    port: config.port,
    publicUrl: config.publicUrl,
    onRefusal: (refusal) => {
      platform.metrics?.count("refusals", refusal.code, "");
      logEvent(platform, "warn", "request.refused", refusal);
    },
    onStopping: () => {
      stopping = true;
    },
    ...(options.drainMs === undefined ? {} : { drainMs: options.drainMs }),
  });
  // Requested at start, so that `/readyz` reports a bad credential and the first caller does not wait.
  platform.defer(services.logto.m2mToken.get());
  const stopJobs = runJobs(platform, backgroundJobs(inBackground(services)));
  return {
    url: server.url,
    metricsUrl: measured?.url,
    async close() {
      await server.close();
      await stopJobs();
      await platform.idle();
      await database.close();
      await observers.close();
      await measured?.close();
    },
  };
}

const besideOf =
  (app: ReturnType<typeof createApp>, beside: NonNullable<ServeOptions["beside"]>) =>
  async (request: Request, bindings: Bindings): Promise<Response> =>
    (await beside(request)) ?? app.fetch(request, bindings);
