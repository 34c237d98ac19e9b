/** `Server-Timing`: how long a request took, and how much of that it waited for Logto and for the database. */
import { AsyncLocalStorage } from "node:async_hooks";
import type { MiddlewareHandler } from "hono";
import type { Env } from "../../http/env.ts";
import type { Around, Platform, Step } from "../../platform.ts";

type Waited = { times: number; ms: number };
type Timing = Record<Step["kind"], Waited>;

export type ServerTiming = { middleware: readonly MiddlewareHandler<Env>[]; around: Around };

/** Steps that run at the same time are added up, so their sum may be more than the whole. */
export function createServerTiming({ monotonic }: Pick<Platform, "monotonic">): ServerTiming {
  const requests = new AsyncLocalStorage<Timing>();
  return {
    around: async (step, work) => {
      const waited = requests.getStore()?.[step.kind];
      if (!waited) return work({});
      const began = monotonic();
      try {
        return await work({});
      } finally {
        waited.times += 1;
        waited.ms += monotonic() - began;
      }
    },
    middleware: [
      (c, next) =>
        requests.run({ logto: { times: 0, ms: 0 }, database: { times: 0, ms: 0 } }, async () => {
          const began = monotonic();
          await next();
          c.res.headers.set("Server-Timing", headerOf(requests.getStore(), monotonic() - began));
        }),
    ],
  };
}

function headerOf(timing: Timing | undefined, totalMs: number): string {
  const parts = Object.entries(timing ?? {}).map(
    ([kind, { times, ms }]) => `${kind};dur=${ms.toFixed(1)};desc="${times}"`,
  );
  return [`total;dur=${totalMs.toFixed(1)}`, ...parts].join(", ");
}
