/** A connection to a SQLite file in a thread of its own. What it waits for, nobody else waits for. */
import { getCompileCacheDir } from "node:module";
import { dirname, extname } from "node:path";
import { Worker } from "node:worker_threads";
import Sqlite from "better-sqlite3";
import type { BatchResult, Statement } from "./engine.ts";
import type { ConnectionSettings } from "./sqlite-connection.ts";
import { StorageFailure } from "./storage-failure.ts";

/** What the thread is asked to do. Only the first is answered with results. */
export type Task =
  | { kind: "run"; statements: readonly Statement[] }
  | { kind: "checkpoint" | "truncate" | "close" };

export type Request = Task & { id: number };

/** `code` is SQLite's; any other failure has none. */
export type Answer = { id: number } & (
  | { results: readonly BatchResult[] }
  | { failure: { code: string | undefined; message: string } }
);

export type SqliteBackground = {
  /**
   * @throws {SqliteError} and whatever else the statements cause in the thread.
   * @throws {StorageFailure} if the thread ends before it answers.
   */
  ask(task: Task): Promise<readonly BatchResult[]>;
  close(): Promise<void>;
};

type Waiting = { resolve(results: readonly BatchResult[]): void; reject(error: Error): void };

/** The thread starts when it is first asked, and again if it has died. It does not keep an idle process alive. */
export function createSqliteBackground(settings: ConnectionSettings): SqliteBackground {
  let thread: ReturnType<typeof startThread> | undefined;
  return {
    ask(task) {
      if (!thread || thread.hasEnded()) thread = startThread(settings);
      return thread.ask(task);
    },
    async close() {
      // A thread that ends instead of answering has closed its connection, too.
      if (thread && !thread.hasEnded()) await thread.ask({ kind: "close" }).catch(() => {});
    },
  };
}

function startThread(settings: ConnectionSettings) {
  // Bundled, both are JavaScript.
  const url = new URL(`./sqlite-background-thread${extname(import.meta.url)}`, import.meta.url);
  const worker = new Worker(url, { workerData: settings, execArgv: [], env: compileCache() });
  const waiting = new Map<number, Waiting>();
  let asked = 0;
  let ended = false;
  const end = (cause: unknown) => {
    ended = true;
    for (const { reject } of waiting.values()) reject(new StorageFailure(cause, "maybe"));
    waiting.clear();
  };
  worker.on("message", (answer: Answer) => {
    const waiter = waiting.get(answer.id);
    waiting.delete(answer.id);
    if (waiting.size === 0) worker.unref();
    if ("results" in answer) waiter?.resolve(answer.results);
    else waiter?.reject(toError(answer.failure));
  });
  worker.on("error", end);
  worker.on("exit", () => end(new Error("The background thread has ended.")));
  return {
    hasEnded: () => ended,
    ask(task: Task): Promise<readonly BatchResult[]> {
      const request: Request = { ...task, id: asked++ };
      worker.ref();
      worker.postMessage(request);
      return new Promise((resolve, reject) => waiting.set(request.id, { resolve, reject }));
    },
  };
}

/** The thread takes what Node has compiled before: to compile it anew takes half a second and 17 MB for good. */
function compileCache(): Record<string, string> {
  const folder = getCompileCacheDir();
  return folder === undefined ? {} : { NODE_COMPILE_CACHE: dirname(folder) };
}

const toError = ({ code, message }: { code: string | undefined; message: string }) =>
  code === undefined ? new Error(message) : new Sqlite.SqliteError(message, code);
