/** What is logged of a request: these fields and no others, so that nothing a person typed and nothing an upstream said can reach it. */
import type { MiddlewareHandler } from "hono";
import type { Caller } from "../caller.ts";
import type { UserId } from "../user-id.ts";
import type { Env } from "./env.ts";
import type { Fault } from "./problem-responses.ts";
import { routePattern } from "./routing.ts";

export type LogOptions = {
  /** Takes one line without its line break. */
  write(line: string): void;
  /** Milliseconds since the epoch. */
  now(): number;
  /** A keyed digest of a user id: lines of one person can be joined, the person not named. */
  hashUser(userId: UserId): string | Promise<string>;
  /** Lets work go on after the answer is sent. */
  defer(work: Promise<unknown>): void;
};

/** Stands before everything that can refuse. The line is written behind the answer, never in front of it. */
export const requestLog =
  ({ write, now, hashUser, defer }: LogOptions): MiddlewareHandler<Env> =>
  async (c, next) => {
    const started = now();
    await next();
    const ended = now();
    const { status } = c.res;
    const caller: Caller | undefined = c.get("caller");
    const line = {
      time: new Date(ended).toISOString(),
      level: levelOf(status),
      requestId: c.get("requestId"),
      method: c.req.method,
      route: routePattern(c),
      status,
      ms: ended - started,
      clientId: caller?.client,
    };
    if (caller === undefined) write(JSON.stringify(line));
    else defer(writeWithUser(write, line, hashUser(caller.userId)));
  };

const levelOf = (status: number) => (status >= 500 ? "error" : status >= 400 ? "warn" : "info");

async function writeWithUser(write: LogOptions["write"], line: object, user: string | Promise<string>) {
  write(JSON.stringify({ ...line, user: await user }));
}

/** Reports a bug: the name and the stack's frames, without the message, which may quote a value. */
export const faultLog =
  ({ write, now }: Pick<LogOptions, "write" | "now">) =>
  ({ requestId, name, stack }: Fault): void => {
    const frames = stack?.split("\n").filter((line) => /^\s+at /.test(line));
    const time = new Date(now()).toISOString();
    write(JSON.stringify({ time, level: "error", requestId, fault: name, stack: frames?.join("\n") }));
  };
