/** The session of a browser under `/medusa`: a user and a customer can sit in it, both the same person. */
import * as z from "zod";
import type { MedusaSession } from "../../db/medusa-sessions.ts";
import type { MedusaSignIn } from "../../db/medusa-sign-ins.ts";
import type { Caller } from "../caller.ts";
import { type MedusaActor, medusaActors } from "../medusa-settings.ts";
import { hostCookie, isSessionId, randomText, readHostCookie } from "../session/cookies.ts";
import type { MedusaServices } from "./services.ts";
import { endSignIn, type RequestFacts } from "./sign-ins.ts";

const cookieName = "medusa";
const seatList = z.array(z.object({ actor: z.enum(medusaActors), sid: z.string() }));

/** Who sits there by which sign-in; the last is the one that came last. */
type Seat = z.output<typeof seatList>[number];
export type BrowserSession = { row: MedusaSession; seats: readonly Seat[] };

const hashOf = async ({ platform }: MedusaServices, id: string) =>
  platform.digests.sha256(`medusa session ${id}`);

/** @returns the session of the request's cookie; undefined if there is none, or it is over. */
export async function readBrowserSession(
  services: MedusaServices,
  request: Request,
): Promise<BrowserSession | undefined> {
  const { db, platform, config } = services;
  const id = readHostCookie(request, config.publicUrl, cookieName);
  if (id === undefined || !isSessionId(id)) return undefined;
  const row = await db.medusaSessions.find(await hashOf(services, id), platform.now());
  return row && { row, seats: seatList.parse(JSON.parse(row.seats)) };
}

type Sitting = {
  actor: MedusaActor;
  signIn: Pick<MedusaSignIn, "sid" | "userId">;
  caller: Caller;
  /** Whether nobody else stays. Another person never does. */
  alone: boolean;
};

/**
 * Lets somebody sit down, under a new id.
 * @param former the session that the browser has. Sign-ins that lose their seat end.
 * @returns the header that gives the browser its id.
 */
export async function sitDown(
  services: MedusaServices,
  former: BrowserSession | undefined,
  { actor, signIn, caller, alone }: Sitting,
): Promise<string> {
  const { db, platform, config, session } = services;
  const { sid, userId } = signIn;
  const isKept = (seat: Seat) => !alone && former?.row.userId === userId && seat.actor !== actor;
  const kept = former?.seats.filter(isKept) ?? [];
  const gone = former?.seats.filter((seat) => !isKept(seat) && seat.sid !== sid) ?? [];
  const id = randomText(32);
  const row = {
    idHash: await hashOf(services, id),
    userId,
    seats: JSON.stringify([...kept, { actor, sid }]),
    expiresAt: platform.now() + session.lifeMs,
  };
  await db.batch([
    ...(former ? [db.medusaSessions.delete(former.row.idHash)] : []),
    db.medusaSessions.insert(row, caller.personHash),
  ]);
  await endSeats(services, gone, caller);
  return hostCookie(config.publicUrl, cookieName, id);
}

/**
 * Ends the sign-in of one actor, or of all.
 * @returns false if nobody sat there.
 */
export async function leave(
  services: MedusaServices,
  { row, seats }: BrowserSession,
  facts: RequestFacts,
  actor?: MedusaActor,
): Promise<boolean> {
  const { db } = services;
  const leaves = (seat: Seat) => actor === undefined || seat.actor === actor;
  const gone = seats.filter(leaves);
  const kept = seats.filter((seat) => !leaves(seat));
  if (gone.length === 0) return false;
  await db.batch([
    kept.length === 0
      ? db.medusaSessions.delete(row.idHash)
      : db.medusaSessions.reseat(row, JSON.stringify(kept)),
  ]);
  await endSeats(services, gone, facts);
  return true;
}

/** The header that makes a browser forget. */
export const noCookie = ({ config }: MedusaServices): string =>
  hostCookie(config.publicUrl, cookieName, "", 0);

async function endSeats(
  services: MedusaServices,
  seats: readonly Seat[],
  facts: RequestFacts,
): Promise<void> {
  for (const { sid } of seats) {
    const signIn = await services.db.medusaSignIns.find(sid, services.platform.now());
    if (signIn) await endSignIn(services, signIn, facts);
  }
}
