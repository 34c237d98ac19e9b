/** The background thread of `sqlite-background.ts`. It may wait: for locks, and for the disk. */
import { parentPort, workerData } from "node:worker_threads";
import Sqlite from "better-sqlite3";
import type { Answer, Request, Task } from "./sqlite-background.ts";
import { type ConnectionSettings, connectSqlite } from "./sqlite-connection.ts";

const settings: ConnectionSettings = workerData;
const connection = connectSqlite(settings);

const perform = (task: Task) => {
  switch (task.kind) {
    case "run":
      return connection.run(task.statements);
    case "checkpoint":
      connection.checkpoint();
      return [];
    case "truncate":
      connection.truncateLog();
      return [];
    case "close":
      connection.close();
      return [];
  }
};

function answer({ id, ...task }: Request): Answer {
  try {
    return { id, results: perform(task) };
  } catch (error) {
    const code = error instanceof Sqlite.SqliteError ? error.code : undefined;
    return { id, failure: { code, message: error instanceof Error ? error.message : "unknown" } };
  }
}

parentPort?.on("message", (request: Request) => {
  parentPort?.postMessage(answer(request));
  if (request.kind === "close") parentPort?.close();
});
