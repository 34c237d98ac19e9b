/** What Workers provide: results that an isolate shares, no queue, work that continues after the answer. */
import { waitUntil } from "cloudflare:workers";
import { webCipher } from "../../ciphers.ts";
import { webDigests } from "../../digests.ts";
import { exchangeBy } from "../../exchange.ts";
import type { Platform } from "../../platform.ts";
import { createCoalesce } from "./coalesce.ts";

/** @returns a platform that holds no state of a request, so that one serves all requests. */
export function createWorkersPlatform(): Platform {
  const now = () => Date.now();
  const defer = (work: Promise<unknown>) => waitUntil(work.catch(() => undefined));
  return {
    now,
    monotonic: () => performance.now(),
    digests: webDigests,
    cipher: webCipher,
    fetch: (...request) => fetch(...request),
    exchange: exchangeBy((...request) => fetch(...request)),
    coalesce: createCoalesce({ now, defer }),
    // No request may wait for another. Where order matters, a lease in the database keeps it.
    queue: (_key, work) => work(),
    // Workers Logs stores each console line as one entry, and a JSON line with its fields.
    write: (line) => console.log(line),
    defer,
  };
}
