/** What Workers lend: results shared within the isolate, no queue, work that outlives its answer. */
import { waitUntil } from "cloudflare:workers";
import type { Platform } from "../../platform.ts";
import { createCoalesce } from "./coalesce.ts";

/** @returns a platform without state of any request, so that one serves them all. */
export function createWorkersPlatform(): Platform {
  const now = () => Date.now();
  const defer = (work: Promise<unknown>) => waitUntil(work.catch(() => undefined));
  return {
    now,
    fetch: (...request) => fetch(...request),
    coalesce: createCoalesce({ now, defer }),
    // What has to stay in order holds a lease in the database: no request may wait for another's work.
    queue: (_key, work) => work(),
    // Workers Logs takes each console line as one entry, and a JSON line by its fields.
    write: (line) => console.log(line),
    defer,
  };
}
