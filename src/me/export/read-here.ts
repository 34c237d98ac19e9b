/** Reads and shapes what this service's own tables hold of a person, beside the profile and the activity. */
import { limitOf, personBuckets } from "../../../db/buckets.ts";
import type { FormerRow } from "../../../db/former-values.ts";
import type { SessionRow } from "../../../db/sessions.ts";
import { isObject } from "../../json.ts";
import type { Services } from "../../services.ts";
import { openFormerValues } from "../profile/former-values.ts";
import type { Held } from "./schema.ts";

type HereServices = Pick<Services, "db" | "vault">;
type HeldHere = Pick<
  Held,
  | "sessionsHere"
  | "proofs"
  | "shopSignIns"
  | "limits"
  | "mutedNotices"
  | "picture"
  | "lockouts"
  | "formerValues"
  | "deletion"
>;

/** More than anybody has. */
const mostRows = 1_000;

const iso = (time: number) => new Date(time).toISOString();

/** @throws {Refusal} `storage_unavailable`, `data_integrity`. */
export async function readHere(services: HereServices, userId: string, now: number): Promise<HeldHere> {
  const { db } = services;
  const [sessions, records, shop, counted, mutedNotices, picture, lockouts, former, deletion] =
    await Promise.all([
      db.sessions.ofPerson(userId, now, mostRows),
      db.verificationRecords.ofPerson(userId, now, mostRows),
      db.medusaSignIns.ofPerson(userId, now, mostRows),
      db.limits.counted(personBuckets(userId), now),
      db.mutedNotices.of(userId),
      readPicture(services, userId),
      db.lockouts.list(userId, now, mostRows),
      db.formerValues.list(userId, now),
      db.deletions.find(userId),
    ]);
  return {
    sessionsHere: await Promise.all(sessions.map((row) => sessionOf(services, row))),
    proofs: records.map(({ method, createdAt, expiresAt }) => ({
      method,
      createdAt: iso(createdAt),
      expiresAt: iso(expiresAt),
    })),
    shopSignIns: shop.map(({ provider, expiresAt }) => ({ provider, expiresAt: iso(expiresAt) })),
    limits: counted.map(({ bucket, count, isLocked, endsAt }) => ({
      limit: limitOf(bucket),
      tries: count,
      locked: isLocked,
      until: iso(endsAt),
    })),
    mutedNotices,
    picture,
    deletion: deletion ? { askedAt: iso(deletion.askedAt), deletesAt: iso(deletion.deletesAt) } : null,
    lockouts: lockouts.map(({ at, browser, system, address, applicationId }) => ({
      at: iso(at),
      browser,
      system,
      address,
      application: applicationId,
    })),
    formerValues: await Promise.all(former.map((row) => formerOf(services, row))),
  };
}

async function readPicture({ db: { avatars } }: HereServices, userId: string) {
  const hash = await avatars.hashOf(userId);
  const found = hash === undefined ? undefined : await avatars.find(hash);
  return found ? { type: found.type, content: found.content } : null;
}

async function sessionOf({ vault }: HereServices, row: SessionRow) {
  const about = await vault.open({ userId: row.userId, purpose: "session" }, row.about);
  return {
    method: row.method,
    startedAt: iso(row.startedAt),
    seenAt: iso(row.seenAt),
    expiresAt: iso(row.expiresAt),
    about: isObject(about) ? about : {},
  };
}

async function formerOf(services: HereServices, row: FormerRow) {
  const { before } = await openFormerValues(services, row);
  return { changedAt: iso(row.madeAt), keptUntil: iso(row.expiresAt), values: before };
}
