/** The findings of `npm run doctor` for people. */
import type { Finding } from "../../src/operator/doctor/check.ts";

const words: Record<Finding["status"], string> = { ok: "ok", warn: "warn", fail: "FAIL", skipped: "–" };
const indent = " ".repeat(6);

/** @returns the status of all of them: what was skipped says nothing. */
export function worst(findings: readonly Finding[]): "ok" | "warn" | "fail" {
  if (findings.some(({ status }) => status === "fail")) return "fail";
  return findings.some(({ status }) => status === "warn") ? "warn" : "ok";
}

/** @returns a line for each finding, under it what to do, and the sum. */
export function inLines(findings: readonly Finding[]): string[] {
  const width = Math.max(...findings.map(({ name }) => name.length)) + 2;
  const lines = findings.flatMap(({ name, status, said, advice }) => {
    const line = `${words[status].padEnd(indent.length)}${name.padEnd(width)}${said}`;
    return advice === undefined ? [line] : [line, `${indent}→ ${advice}`];
  });
  const count = (wanted: Finding["status"]) => findings.filter(({ status }) => status === wanted).length;
  const sum = `${count("ok")} ok, ${count("warn")} to look at, ${count("fail")} failed, ${count("skipped")} skipped`;
  return [...lines, "", sum];
}
