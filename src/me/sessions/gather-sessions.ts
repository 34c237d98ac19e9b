import type { MedusaSignIn } from "../../../db/medusa-sign-ins.ts";
import type { SessionRow } from "../../../db/sessions.ts";
import type { Caller } from "../../caller.ts";
import type { LogtoSession } from "../../logto/sessions.ts";
import type { Services } from "../../services.ts";

/** One place where a person is signed in: a session at Logto, and what was begun here in it; or what has none there. */
export type GatheredSession = {
  /** Opaque, and the person's own. */
  ref: string;
  /** Whether the caller's own session is in it. */
  isCurrent: boolean;
  logto: LogtoSession | undefined;
  browsers: SessionRow[];
  medusa: MedusaSignIn[];
};

/** More than anybody has. */
const mostRows = 500;

/**
 * Reads where a person is signed in, from Logto and from here.
 * @returns `isComplete` is false where Logto lists sessions of a form that we do not know.
 * @throws {Refusal} what Logto or the database refuses.
 */
export async function gatherSessions(
  services: Pick<Services, "db" | "platform" | "vault" | "logto">,
  { userId, session }: Pick<Caller, "userId" | "session">,
): Promise<{ items: GatheredSession[]; isComplete: boolean }> {
  const { db, platform, logto } = services;
  const now = platform.now();
  const [listed, rows, signIns] = await Promise.all([
    logto.sessions.list(userId),
    db.sessions.ofPerson(userId, now, mostRows),
    db.medusaSignIns.ofPerson(userId, now, mostRows),
  ]);
  const isIn =
    (sid: string | null) =>
    ({ sids }: LogtoSession) =>
      sid !== null && Object.values(sids).includes(sid);
  const isAlone = (sid: string | null) => !listed.items.some(isIn(sid));
  const found = [
    ...listed.items.map((one) => ({
      name: `logto ${one.id}`,
      logto: one,
      browsers: rows.filter(({ sid }) => isIn(sid)(one)),
      medusa: signIns.filter(({ logtoSid }) => isIn(logtoSid)(one)),
    })),
    ...rows
      .filter(({ sid }) => isAlone(sid))
      .map((row) => ({ name: `browser ${row.ref}`, logto: undefined, browsers: [row], medusa: [] })),
    ...signIns
      .filter(({ logtoSid }) => isAlone(logtoSid))
      .map((signIn) => ({ name: `medusa ${signIn.sid}`, logto: undefined, browsers: [], medusa: [signIn] })),
  ];
  const items = found.map(async ({ name, ...one }) => ({
    ...one,
    ref: await services.vault.keyedHash("reference", `session ${userId} ${name}`),
    isCurrent: one.browsers.some(({ ref }) => ref === session?.ref),
  }));
  return { items: await Promise.all(items), isComplete: listed.unreadable === 0 };
}
