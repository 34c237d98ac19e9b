import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { useProcess, useShared, useTenant } from "../support/fixtures.ts";
import { eventually } from "../support/instances.ts";
import { startPostgres } from "../support/postgres-server.ts";
import { call, environmentOf, tokensOf } from "../support/service.ts";

const connections = 12;

const tenant = useTenant();
const folder = useShared(
  async () => ({ path: await mkdtemp(join(tmpdir(), "profile-bff-outage-")) }),
  ({ path }) => rm(path, { recursive: true, force: true }),
);
const postgres = useShared(
  () => startPostgres(folder.path),
  (server) => server.stop(),
);
const service = useProcess(() => environmentOf(tenant, `${postgres.origin}/postgres`));

type Phase = "up" | "down" | "starting" | "recovered";
type Seen = { asked: Phase; answered: Phase; status: number; code: string; retryAfter: string | null };

/** Reads and writes as fast as they are answered, until it is told to stop. */
function load() {
  const seen: Seen[] = [];
  let phase: Phase = "up";
  let stopped = false;
  const one = async (index: number) => {
    const name = ["alice", "bob", "carol", "dave"][index % 4] ?? "alice";
    const authorization = `Bearer ${await tokensOf(tenant, Date)(name)}`;
    for (let turn = index; !stopped; turn += 1) {
      const asked = phase;
      const { status, body, headers } =
        turn % 3 === 0
          ? await call(service.url, "PATCH", "/me/business", { gender: `g${turn}` }, { authorization })
          : await call(service.url, "GET", "/me", undefined, { authorization });
      seen.push({ asked, answered: phase, status, code: body.code, retryAfter: headers.get("retry-after") });
      await sleep(10);
    }
  };
  const running = Promise.all(Array.from({ length: connections }, (_, index) => one(index)));
  return {
    seen,
    enter(next: Phase) {
      phase = next;
    },
    /** Waits for so many answers with a status to what was asked in this phase. */
    answers: (status: number, count: number) =>
      eventually(() => seen.filter((one) => one.asked === phase && one.status === status).length >= count, {
        seconds: 20,
      }),
    async stop() {
      stopped = true;
      await running;
    },
  };
}

test("answers 503 with Retry-After while PostgreSQL is stopped, and recovers without a restart", async () => {
  const { seen, enter, answers, stop } = load();
  await answers(200, 50);
  enter("down");
  await postgres.stop();
  await answers(503, 5 * connections);
  enter("starting");
  await postgres.start();
  await answers(200, 2 * connections);
  enter("recovered");
  await answers(200, 100);
  await stop();

  const sound = seen.filter(({ asked, answered }) => answered === "up" || asked === "recovered");
  expect(new Set(sound.map(({ status }) => status))).toEqual(new Set([200]));
  const failed = seen.filter(({ status }) => status !== 200);
  const refused = failed.filter(({ status }) => status === 503);
  expect(
    refused.every(({ code, retryAfter }) => code === "storage_unavailable" && Number(retryAfter) >= 1),
  ).toBe(true);
  // Callers were refused during the outage: they did not wait for its end.
  expect(refused.filter(({ answered }) => answered === "down").length).toBeGreaterThan(10);
  // A write whose connection broke during the commit does not know how it ended, and says so.
  const unknown = failed.filter(({ status }) => status !== 503);
  expect(unknown.every(({ status, code }) => status === 504 && code === "outcome_unknown")).toBe(true);
  expect(unknown.length).toBeLessThanOrEqual(connections);
}, 60_000);
