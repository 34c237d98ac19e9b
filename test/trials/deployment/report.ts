/** What a trial prints: a line for each thing that was tried, and one for each that could not be. */
import { spawnSync } from "node:child_process";

let failed = false;

export function report(what: string, shown: string, isRight: boolean): void {
  failed ||= !isRight;
  console.log(`${isRight ? "ok  " : "FAIL"} ${what}: ${shown}`);
}

/** Ends the process's work with the exit code of what was reported. */
export function finish(): void {
  process.exitCode = failed ? 1 : 0;
}

/** @returns whether a program is there; if not, the trial says which package has it, and goes on without. */
export function has(program: string, source: string): boolean {
  const isThere = spawnSync("sh", ["-c", `command -v ${program}`]).status === 0;
  if (!isThere) console.log(`--   ${program} is not installed, and was not run: ${source}`);
  return isThere;
}

/** Runs a program to its end, and reports whether it exits with 0. */
export function check(what: string, program: string, args: readonly string[]): void {
  const { status, stdout, stderr } = spawnSync(program, [...args], { encoding: "utf8" });
  const said = `${stderr}${stdout}`.trim();
  report(what, status === 0 ? (said.split("\n").at(-1) ?? "") || "accepted" : said, status === 0);
}
