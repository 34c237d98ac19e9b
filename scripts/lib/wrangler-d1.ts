/** A D1 database through `wrangler d1 execute`: for commands, which have no binding of it. */
import { type ExecFileException, execFile } from "node:child_process";
import { getCompileCacheDir } from "node:module";
import { fileURLToPath } from "node:url";
import * as z from "zod";
import { createDatabase, type Database } from "../../db/database.ts";
import type { BatchResult, Statement } from "../../db/engine.ts";
import { OperatorError } from "../../src/operator-error.ts";
import { createQueue } from "../../src/runtime/node/queue.ts";

/** `database` is a name or a binding of the folder's wrangler.toml; `flags` say where wrangler finds it. */
export type D1Target = { database: string; flags: readonly string[] };

const wrangler = fileURLToPath(new URL("../../node_modules/wrangler/bin/wrangler.js", import.meta.url));
const quiet = { CI: "1", WRANGLER_HIDE_BANNER: "true", WRANGLER_SEND_METRICS: "false" };

const answerSchema = z.array(z.object({ results: z.array(z.record(z.string(), z.unknown())) }));
const failureSchema = z.object({ error: z.object({ text: z.string() }) });
const countSchema = z.object({ changed: z.number() });

/**
 * Every group of statements is a process of its own. D1 applies a group whole or not at all.
 * Its functions throw {OperatorError} with what wrangler said.
 */
export const openD1ThroughWrangler = (target: D1Target): Database => {
  const queue = createQueue();
  return createDatabase({
    syntax: "sqlite",
    history: "d1_migrations",
    // One after the other: on a local database, two at once lock each other out.
    run: (statements) => queue("wrangler", () => execute(target, statements)),
    // Wrangler applies the migrations; a missing table is said where it is missed.
    migrate: async () => [],
    scrubFiles: async () => {},
    close: async () => {},
  });
};

async function execute(target: D1Target, statements: readonly Statement[]): Promise<BatchResult[]> {
  // A local database does not say how many rows a statement has changed unless it is asked.
  const texts = statements.map((statement) => `${withLiterals(statement)}; select changes() as changed`);
  const answer = answerSchema.parse(JSON.parse(await runWrangler(target, texts.join(";\n"))));
  return statements.map((_statement, index) => {
    const rows = answer[2 * index]?.results ?? [];
    const { changed } = countSchema.parse(answer[2 * index + 1]?.results[0]);
    return { rows, affected: rows.length > 0 ? rows.length : changed };
  });
}

/** The command takes no parameters. @throws {TypeError} for a statement whose parameters cannot be written out. */
export function withLiterals({ sql, parameters }: Statement): string {
  const [first = "", ...others] = sql.split("?");
  if (others.length !== parameters.length) throw new TypeError("A statement has a question mark of its own.");
  return others.reduce((text, part, index) => `${text}${literal(parameters[index])}${part}`, first);
}

function literal(value: unknown): string {
  if (value === null) return "null";
  if (typeof value === "number" && Number.isFinite(value)) return String(value);
  if (typeof value === "string" && !value.includes("\0")) return `'${value.replaceAll("'", "''")}'`;
  throw new TypeError("A parameter is neither text nor a number.");
}

const runWrangler = ({ database, flags }: D1Target, command: string) =>
  new Promise<string>((resolve, reject) => {
    const args = [wrangler, "d1", "execute", database, ...flags, "--json", "--yes", "--command", command];
    // What wrangler compiles is kept where our own is: its next start takes three quarters of the time.
    const env = { ...process.env, ...quiet, NODE_COMPILE_CACHE: getCompileCacheDir() };
    const options = { env, maxBuffer: 64 * 1024 * 1024 };
    execFile(process.execPath, args, options, (error, stdout) => {
      if (error) reject(explain(error, stdout));
      else resolve(stdout);
    });
  });

function explain(error: ExecFileException, stdout: string): OperatorError {
  if (error.message.includes("MODULE_NOT_FOUND")) {
    return new OperatorError("wrangler is not installed. Run npm ci, without --omit=dev.");
  }
  const said = failureSchema.safeParse(parsed(stdout)).data?.error.text ?? "it ended without an answer";
  const advice = said.includes("no such table") ? " Run: npx wrangler d1 migrations apply <database>" : "";
  return new OperatorError(`wrangler d1 execute failed: ${said}.${advice}`);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
