/** Accounts that are deleted: the job, what is left of a person, and what brings them back for the next test. */
import { createHmac, randomBytes } from "node:crypto";
import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import { onTestFinished } from "vitest";
import { countRowsOf } from "../../db/erase.ts";
import type { Db } from "../../db/repositories.ts";
import { createServices, inBackground } from "../../src/compose.ts";
import { carryOutDeletions } from "../../src/me/deletion/carry-out.ts";
import { useShared } from "./fixtures.ts";
import type { TestService } from "./service.ts";

export const day = 24 * 60 * 60 * 1000;

type Parts = Pick<TestService, "config" | "platform" | "database">;

/** Runs the job once, as one of several instances. @param wrap stands between it and the database. */
export async function runDeletions(
  { config, platform, database }: Parts,
  wrap: (db: Db) => Db = (db) => db,
): Promise<Awaited<ReturnType<typeof carryOutDeletions>>> {
  const services = inBackground(await createServices(config, platform, database));
  return carryOutDeletions({ ...services, db: wrap(services.db) });
}

export const nothingDone = { deleted: 0, reminded: 0, heldBack: 0, postponed: 0 };

/** Where a person still is: at the tenant, and in how many rows here; and the receipts of all who went. */
export async function tracesOf(service: TestService, username: string) {
  const userId = service.userId(username);
  const receipts = await service.database.kysely.selectFrom("deletion_receipts").selectAll().execute();
  return {
    atTenant: service.tenant.state.users.find(userId) !== undefined,
    rows: await countRowsOf(service.database, userId),
    receipts,
  };
}

/**
 * Puts a person back after a test, as they are now, and forgets the receipts.
 * @returns does so at once.
 */
export function bringBack(service: TestService, username: string): () => Promise<void> {
  const { users } = service.tenant.state;
  const person = structuredClone(users.get(service.userId(username)));
  const revive = async () => {
    users.insert(structuredClone(person));
    service.tenant.faults.clear();
    const { kysely } = service.database;
    for (const table of ["tombstones", "deletion_receipts", "deletions", "leases"] as const)
      await kysely.deleteFrom(table).execute();
  };
  onTestFinished(revive);
  return revive;
}

type Answer = { status?: number; headers?: Record<string, string>; body?: string } | "hang";

/** The team's own check: it answers what a test wants, to questions that are signed. */
async function startTeam() {
  const secret = randomBytes(24);
  const asked: { userId: string; isSigned: boolean }[] = [];
  const team: { answer: Answer } = { answer: {} };
  const server = createServer(async (request, response) => {
    const body = await text(request);
    const { "webhook-id": id, "webhook-timestamp": at, "webhook-signature": signature } = request.headers;
    const expected = createHmac("sha256", secret).update(`${id}.${at}.${body}`).digest("base64");
    asked.push({ userId: JSON.parse(body).data.userId, isSigned: signature === `v1,${expected}` });
    if (team.answer === "hang") return;
    const { status = 200, headers = {}, body: said = '{"allow":true}' } = team.answer;
    response.writeHead(status, headers).end(said);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" ? address?.port : undefined;
  return {
    team,
    asked,
    environment: {
      DELETION_CHECK_URL: `http://127.0.0.1:${port}/check`,
      DELETION_CHECK_SECRET: `whsec_${secret.toString("base64")}`,
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export const useTeam = () => useShared(startTeam, (started) => started.close());
