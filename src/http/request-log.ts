/** The log line of a request: a fixed list of fields, without any input of a person or message of an upstream. */
import type { MiddlewareHandler } from "hono";
import type { Caller } from "../caller.ts";
import type { Platform } from "../platform.ts";
import type { Env } from "./env.ts";
import type { Fault } from "./problem-responses.ts";
import { routePattern } from "./routing.ts";

type Observed = Pick<Platform, "write" | "now" | "monotonic" | "metrics">;

/** Runs before all middleware that can refuse. The answer does not wait for the line. */
export const requestLog =
  ({ write, now, monotonic, metrics }: Observed): MiddlewareHandler<Env> =>
  async (c, next) => {
    const started = now();
    const began = metrics ? monotonic() : 0;
    const route = routePattern(c);
    c.set("route", route);
    await next();
    const ended = now();
    const { status } = c.res;
    const caller: Caller | undefined = c.get("caller");
    const refused = c.get("refused");
    if (metrics) {
      metrics.answered({ method: c.req.method, route, status, ms: monotonic() - began });
      if (refused) metrics.count("refusals", refused.code, refused.detail.reason ?? "");
    }
    const line = {
      time: new Date(ended).toISOString(),
      level: levelOf(status),
      requestId: c.get("requestId"),
      method: c.req.method,
      route,
      status,
      code: refused?.code,
      reason: refused?.detail.reason,
      ms: ended - started,
      clientId: caller?.client,
      // Lines of one person can be joined; the person is not named.
      user: caller?.personHash,
    };
    write(JSON.stringify(line));
  };

const levelOf = (status: number) => (status >= 500 ? "error" : status >= 400 ? "warn" : "info");

/** Logs a bug: the name of the error and the frames of its stack. The message may quote a value and is left out. */
export const faultLog =
  ({ write, now }: Pick<Platform, "write" | "now">) =>
  ({ requestId, name, stack }: Fault): void => {
    const frames = stack?.split("\n").filter((line) => /^\s+at /.test(line));
    const time = new Date(now()).toISOString();
    write(JSON.stringify({ time, level: "error", requestId, fault: name, stack: frames?.join("\n") }));
  };
