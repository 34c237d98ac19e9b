/** What a server has used: its process and those that it started, together. */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";

const ticksPerSecond = 100;

type ListedProcess = { pid: number; parent: number; residentKiB: number };

function listProcesses(): ListedProcess[] {
  const listed = execFileSync("ps", ["-A", "-o", "pid=,ppid=,rss="], { encoding: "utf8" });
  return listed.split("\n").map((line) => {
    const [pid = 0, parent = 0, residentKiB = 0] = line.trim().split(/\s+/).map(Number);
    return { pid, parent, residentKiB };
  });
}

function familyOf(pid: number): ListedProcess[] {
  const all = listProcesses();
  const family = all.filter((one) => one.pid === pid);
  // The list grows while it is read, so that children of children are found as well.
  for (const { pid: parent } of family) family.push(...all.filter((one) => one.parent === parent));
  return family;
}

/** @returns the resident set, in MiB. */
export const residentMiB = (pid: number): number =>
  familyOf(pid).reduce((sum, { residentKiB }) => sum + residentKiB, 0) / 1024;

/** @returns the processor time so far, in microseconds; NaN where the system has no /proc. */
export function processorMicroseconds(pid: number): number {
  if (!existsSync("/proc/self/stat")) return Number.NaN;
  const ticks = familyOf(pid).flatMap((one) => timesOf(one.pid));
  return (ticks.reduce((sum, time) => sum + time, 0) * 1_000_000) / ticksPerSecond;
}

/** The fields `utime` and `stime` of /proc/<pid>/stat, which follow the name in brackets. */
function timesOf(pid: number): number[] {
  const path = `/proc/${pid}/stat`;
  const fields = existsSync(path) ? readFileSync(path, "utf8").split(") ").at(-1)?.split(" ") : undefined;
  return fields?.slice(11, 13).map(Number) ?? [];
}
