/** Drives a server with wrk, or with autocannon where wrk is not installed. */
import { execFile, spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import * as z from "zod";
import { OperatorError } from "../../../src/operator-error.ts";

/** Which person each request is from. "walk" takes one after another. */
export type Order = "one" | "walk" | "uniform" | "zipf";

export type Load = {
  url: string;
  method: string;
  path: string;
  order: Order;
  /** A file with a token a line; `first` and `count` name the lines that are used. */
  tokens: { file: string; first: number; count: number };
  /** JSON in which every # becomes a number that grows. */
  body?: string | undefined;
  /** Sent where the order is "one". */
  headers?: Readonly<Record<string, string>>;
  connections: number;
  seconds: number;
};

const result = z.object({
  requests: z.number(),
  seconds: z.number(),
  failed: z.number(),
  p50: z.number(),
  p99: z.number(),
  p999: z.number(),
});
export type LoadResult = z.infer<typeof result>;

const file = (name: string) => fileURLToPath(new URL(`../load/${name}`, import.meta.url));
const hasWrk = () => !spawnSync("wrk", ["-v"]).error;

/** The program that makes the load here. */
export const generator = () => (hasWrk() ? "wrk" : "autocannon");

/** Runs the load once. Times are in ms. @throws {OperatorError} if the generator fails. */
export async function runLoad(load: Load): Promise<LoadResult> {
  const [command, options] = hasWrk()
    ? ["wrk", wrkOptions(load)]
    : [process.execPath, [file("autocannon.mjs"), JSON.stringify(load)]];
  const { stdout } = await promisify(execFile)(command, options).catch((error) => {
    throw new OperatorError(`${command} failed: ${error.stderr || error.stdout}`);
  });
  const line = /^RESULT (.*)$/m.exec(stdout)?.[1];
  if (line === undefined) throw new OperatorError(`${command} printed no result: ${stdout}`);
  return result.parse(JSON.parse(line));
}

function wrkOptions({
  url,
  method,
  path,
  order,
  tokens,
  body,
  headers,
  connections,
  seconds,
}: Load): string[] {
  const common = ["--threads", "1", "--connections", String(connections), "--duration", `${seconds}s`];
  if (order === "one") {
    const given = Object.entries(headers ?? {}).flatMap(([name, value]) => ["--header", `${name}: ${value}`]);
    return [...common, "--timeout", "10s", "--script", file("report.lua"), ...given, `${url}${path}`];
  }
  const { first, count } = tokens;
  const forScript = [order, method, path, tokens.file, String(first), String(count), body ?? ""];
  return [...common, "--timeout", "10s", "--script", file("people.lua"), url, "--", ...forScript];
}
