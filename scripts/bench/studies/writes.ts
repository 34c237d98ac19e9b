/** `writes`: what one change of each kind asks of the database and of Logto, when nobody else asks. */
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import * as z from "zod";
import type { Run } from "../lib/contest.ts";
import type { RunningProgram } from "../lib/processes.ts";
import { startService } from "../lib/servers.ts";
import { formatTable } from "../lib/table.ts";
import { password } from "../lib/tenant.ts";

/** Each is asked so often; what background jobs do meanwhile disappears in the mean. */
const repeats = 50;
const reportSchema = z.object({ reads: z.number(), writes: z.number(), commits: z.number() });

type Change = {
  method: "GET" | "PATCH" | "POST";
  path: string;
  body?: (index: number) => object;
  headers?: (index: number) => Record<string, string>;
};

const name = (index: number) => ({ name: `Name ${index}` });

const changes: Readonly<Record<string, Change>> = {
  "GET /me, warm": { method: "GET", path: "/me" },
  "PATCH /me, a field of Logto": { method: "PATCH", path: "/me", body: name },
  "the same, with Idempotency-Key": {
    method: "PATCH",
    path: "/me",
    body: (index) => name(-index),
    headers: (index) => ({ "Idempotency-Key": `change-${index}` }),
  },
  "PATCH /me, what it holds already": { method: "PATCH", path: "/me", body: () => ({ name: "Same" }) },
  "PATCH /me, a field of the vault": {
    method: "PATCH",
    path: "/me",
    body: (index) => ({ business: { ethnicity: `Group ${index}` } }),
  },
  "PATCH /me, a field of each": {
    method: "PATCH",
    path: "/me",
    body: (index) => ({ ...name(index), business: { ethnicity: `Other ${index}` } }),
  },
  "POST /me/password/verify": { method: "POST", path: "/me/password/verify", body: () => ({ password }) },
};

/** The counts so far: the service writes them down when it is asked to. */
async function countsOf({ pid }: RunningProgram, report: string) {
  rmSync(report, { force: true });
  process.kill(pid, "SIGUSR2");
  for (;;) {
    const text = existsSync(report) ? readFileSync(report, "utf8") : "";
    if (text.endsWith("}")) return reportSchema.parse(JSON.parse(text));
    await sleep(5);
  }
}

async function ask(url: string, token: string, change: Change, index: number): Promise<void> {
  const answer = await fetch(`${url}${change.path}`, {
    method: change.method,
    headers: {
      authorization: `Bearer ${token}`,
      "content-type": "application/json",
      ...change.headers?.(index),
    },
    ...(change.body ? { body: JSON.stringify(change.body(index)) } : {}),
  });
  await answer.arrayBuffer();
  if (!answer.ok) throw new Error(`${change.method} ${change.path} is answered ${answer.status}`);
}

/** @returns a table: for each kind of change the statements, the commits, the calls to Logto, and the time; means. */
export async function writes(run: Run): Promise<string> {
  const report = join(run.around.folder, "statements.json");
  const service = await startService(run.around, {
    cacheSeconds: 300,
    nodeOptions: ["--import", fileURLToPath(new URL("../lib/count-statements.mjs", import.meta.url))],
    environment: { STATEMENTS_REPORT: report },
  });
  await run.upstream.setDelay(3);
  const [token = ""] = run.identity.tokensFor(1).tokens;
  const lines = [["change", "", "reads", "writes", "commits", "calls to Logto", "ms"]];
  try {
    for (const [title, change] of Object.entries(changes)) {
      await ask(service.url, token, change, 0);
      const before = { ...(await countsOf(service, report)), calls: await run.upstream.calls() };
      const startedAt = performance.now();
      for (let index = 1; index <= repeats; index += 1) await ask(service.url, token, change, index);
      const ms = (performance.now() - startedAt) / repeats;
      const after = { ...(await countsOf(service, report)), calls: await run.upstream.calls() };
      const mean = (of: keyof typeof after) => ((after[of] - before[of]) / repeats).toFixed(1);
      lines.push([title, "", mean("reads"), mean("writes"), mean("commits"), mean("calls"), ms.toFixed(1)]);
    }
  } finally {
    await service.stop();
  }
  return formatTable(lines);
}
