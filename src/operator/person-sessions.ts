/** The browsers' sessions of a person, for an operator. */
import type { SessionRow } from "../../db/sessions.ts";
import type { JsonValue } from "../json.ts";
import type { Services } from "../services.ts";

/** `about` is what is known of the browser, its system and its address. */
export type PersonSession = {
  ref: string;
  method: string;
  startedAt: string;
  seenAt: string;
  expiresAt: string;
  about: JsonValue;
};

type SessionServices = Pick<Services, "db" | "vault" | "platform">;

/** More than anybody has. */
const mostSessions = 1_000;

/** @throws {Refusal} `storage_unavailable`, `data_integrity`. */
export async function listSessions(services: SessionServices, userId: string): Promise<PersonSession[]> {
  const rows = await liveRows(services, userId);
  return Promise.all(rows.map((row) => describe(services, row)));
}

/**
 * Ends the sessions of a person here, and records each in their activity. Logto's own sessions go on.
 * @param ref which one; all of them without it.
 * @returns those that have ended.
 * @throws {Refusal} `storage_unavailable`, `data_integrity`.
 */
export async function endPersonSessions(
  services: SessionServices,
  userId: string,
  ref: string | undefined,
): Promise<PersonSession[]> {
  const { db, platform } = services;
  const ended: PersonSession[] = [];
  for (const row of await liveRows(services, userId)) {
    if (ref !== undefined && row.ref !== ref) continue;
    const entry = {
      userId,
      at: platform.now(),
      event: "session.ended",
      clientId: "operator",
      requestId: crypto.randomUUID(),
      detail: { by: "operator", session: row.ref },
    };
    const [recorded] = await db.batch([
      db.activity.insert(entry, { session: row.idHash }),
      db.sessions.delete(row.idHash),
    ]);
    if (recorded?.affected === 1) ended.push(await describe(services, row));
  }
  return ended;
}

const liveRows = ({ db, platform }: SessionServices, userId: string) =>
  db.sessions.ofPerson(userId, platform.now(), mostSessions);

const instant = (time: number) => new Date(time).toISOString();

async function describe({ vault }: SessionServices, row: SessionRow): Promise<PersonSession> {
  return {
    ref: row.ref,
    method: row.method,
    startedAt: instant(row.startedAt),
    seenAt: instant(row.seenAt),
    expiresAt: instant(row.expiresAt),
    about: await vault.open({ userId: row.userId, purpose: "session" }, row.about),
  };
}
