/** Who looks at each request and its steps: traces and timings, where the configuration asks for them. */
import type { MiddlewareHandler } from "hono";
import type { Config } from "../../config.ts";
import type { Env } from "../../http/env.ts";
import type { Around, Platform } from "../../platform.ts";

export type Observers = {
  middleware: readonly MiddlewareHandler<Env>[];
  /** Undefined where nobody looks. */
  around: Around | undefined;
  close(): Promise<void>;
};

/** What is not asked for is not loaded either. */
export async function openObservers(
  config: Config,
  platform: Pick<Platform, "monotonic">,
): Promise<Observers> {
  const tracing = config.traces && (await import("./tracing.ts")).openTracing(config.traces);
  const timing = config.serverTiming
    ? (await import("./server-timing.ts")).createServerTiming(platform)
    : undefined;
  return {
    middleware: [...(timing?.middleware ?? []), ...(tracing?.middleware ?? [])],
    around: timing && tracing ? both(timing.around, tracing.around) : (timing ?? tracing)?.around,
    close: async () => tracing?.close(),
  };
}

/** @param inner gets its headers to the work; the outer one has none. */
const both =
  (outer: Around, inner: Around): Around =>
  (step, work) =>
    outer(step, () => inner(step, work));
