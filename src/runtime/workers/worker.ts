/** The Worker: requests, and the cron triggers of `wrangler.toml`. */
import type { Bindings } from "../../http/env.ts";
import { newRequestId, securityHeaders } from "../../http/headers.ts";
import { problemAnswer } from "../../http/problem-answer.ts";
import { logEvent } from "../../log.ts";
import type { Platform } from "../../platform.ts";
import { Refusal } from "../../problem.ts";
import { createIsolate, type WorkerEnv } from "./isolate.ts";
import { createWorkersPlatform } from "./platform.ts";
import { runSchedule } from "./schedule.ts";

/**
 * Builds the handlers that Cloudflare calls.
 * @param development as for `parseConfig`. Default: false.
 */
export function createWorker({ development = false } = {}) {
  const platform = createWorkersPlatform();
  const open = createIsolate(platform, { development });
  return {
    async fetch(request: Request, env: WorkerEnv): Promise<Response> {
      try {
        const { app } = await open(env);
        return await app.fetch(request, peerOf(request));
      } catch (error) {
        return startFailed(platform, error, request);
      }
    },

    async scheduled({ cron }: { cron: string }, env: WorkerEnv): Promise<void> {
      const { services } = await open(env);
      await runSchedule(services, cron);
    },
  };
}

/** Cloudflare sets this header itself and drops one that a client sends. */
function peerOf({ headers }: Request): Bindings {
  const peerAddress = headers.get("cf-connecting-ip");
  return peerAddress === null ? {} : { peerAddress };
}

/** The answer when the services could not be built. The log says why, for the operator; the answer does not. */
function startFailed(platform: Platform, error: unknown, request: Request): Response {
  const problem = error instanceof Error ? error.message : "unknown";
  logEvent(platform, "error", "start.failed", { problem });
  const requestId = newRequestId();
  const refusal = error instanceof Refusal ? error : new Refusal("internal");
  const { status, headers, body } = problemAnswer(refusal, new URL(request.url).origin, requestId);
  return new Response(body, {
    status,
    headers: { ...securityHeaders, ...headers, "X-Request-Id": requestId },
  });
}
