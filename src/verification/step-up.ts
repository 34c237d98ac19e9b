/** Step-up: the caller proves again that they are the person, before a sensitive change. */
import { base64url } from "jose";
import type { Ground } from "../../db/guard.ts";
import type { RecordKey } from "../../db/verification-records.ts";
import { activityEntry } from "../activity.ts";
import type { Caller } from "../caller.ts";
import { webDigests } from "../digests.ts";
import type { LogtoUser } from "../logto/users.ts";
import { Refusal } from "../problem.ts";
import type { Services } from "../services.ts";
import { storeGrant } from "./grants.ts";
import { verificationLifeMs } from "./limits.ts";

export type StepUpMethod = "password" | "email" | "phone" | "sign_in";

/** A step-up record as its owner sees it. The id is shown once and stored only as a hash. */
export type IssuedRecord = { verificationId: string; expiresAt: string };

const randomId = () => base64url.encode(crypto.getRandomValues(new Uint8Array(32)));

/** The id is 256 random bits, so nobody can guess it from a plain hash. */
const hashOf = (verificationId: string) => webDigests.sha256(verificationId);

/** Whether somebody has anything by which to step up. Who has a cookie session can sign in again. */
export const hasStepUpMethod = (
  { hasPassword, primaryEmail, primaryPhone }: LogtoUser,
  { session }: Pick<Caller, "session">,
): boolean => hasPassword || primaryEmail !== null || primaryPhone !== null || session !== undefined;

/** Marks an entry of the activity: somebody without any method added a first address without step-up. */
export const stepUpWaived = { stepUp: "waived" } as const;

/** The methods by which this person can step up now. A tenant that does not say what it can send can send anything. */
async function stepUpMethods(
  { logto }: Pick<Services, "logto">,
  { hasPassword, primaryEmail, primaryPhone }: LogtoUser,
  { session }: Caller,
): Promise<StepUpMethod[]> {
  const addresses = [
    ...(primaryEmail === null ? [] : (["email"] as const)),
    ...(primaryPhone === null ? [] : (["phone"] as const)),
  ];
  const channels = addresses.length > 0 ? await logto.connectors.codeChannels() : undefined;
  return [
    ...(hasPassword ? (["password"] as const) : []),
    ...addresses.filter((channel) => channels?.has(channel) ?? true),
    ...(session ? (["sign_in"] as const) : []),
  ];
}

/** Of a record: its id, and when the person gave the proof. Default: a new id, now. */
type Given = { verificationId?: string; provenAt?: number };

/**
 * Issues a record to this person and this client or session. It lives ten minutes from the proof.
 * @param ground read before the person's proof was checked.
 * @param given.verificationId 256 bits that nobody else can know.
 * @returns undefined, with nothing stored, when the person's credentials have changed since.
 * @throws {Refusal} `invalid_token` for an erased person.
 */
export async function issueRecord(
  services: Pick<Services, "platform" | "db">,
  caller: Caller,
  method: StepUpMethod,
  ground: Ground,
  given: Given = {},
): Promise<IssuedRecord | undefined> {
  const { platform, db } = services;
  const { verificationId = randomId(), provenAt: createdAt = platform.now() } = given;
  const expiresAt = createdAt + verificationLifeMs;
  const record = {
    idHash: await hashOf(verificationId),
    userId: caller.userId,
    boundTo: caller.boundTo,
    method,
    createdAt,
    expiresAt,
  };
  const entry = activityEntry(platform, caller, "step_up.granted", { method });
  const stored = await storeGrant(services, caller, ground, (guard) => [
    db.verificationRecords.insert(record, guard),
    db.activity.insert(entry, guard),
  ]);
  return stored ? { verificationId, expiresAt: new Date(expiresAt).toISOString() } : undefined;
}

/**
 * Issues the record that signing in again earns. The cookie itself is what the person then shows.
 * @param ground read before the person was asked.
 * @param provenAt when they signed in, by Logto's clock; epoch ms.
 * @returns false, with nothing stored, when the person's credentials have changed since.
 */
export async function recordSignIn(
  services: Pick<Services, "platform" | "db">,
  caller: Caller,
  ground: Ground,
  provenAt: number,
): Promise<boolean> {
  const { verificationId } = caller.session ?? {};
  if (verificationId === undefined) return false;
  const issued = await issueRecord(services, caller, "sign_in", ground, { verificationId, provenAt });
  return issued !== undefined;
}

/**
 * Finds a live record of this person, issued to this client or session.
 * @param given the `Verification-Id` header. Without one, a cookie stands for the record of signing in again.
 * @returns the key of the record; undefined whether it is missing, foreign, expired or used.
 */
export async function findStepUp(
  { platform, db }: Pick<Services, "platform" | "db">,
  { userId, boundTo, session }: Caller,
  given: string | undefined,
): Promise<RecordKey | undefined> {
  const verificationId = given ?? session?.verificationId;
  if (verificationId === undefined) return undefined;
  const key = { idHash: await hashOf(verificationId), userId, boundTo };
  return (await db.verificationRecords.find(key, platform.now())) ? key : undefined;
}

/**
 * Requires such a record.
 * @param verificationId the `Verification-Id` header.
 * @returns the key of the record.
 * @throws {Refusal} `step_up_required`, the same whether the record is missing, foreign, expired or used.
 */
export async function requireStepUp(
  services: Pick<Services, "platform" | "db" | "logto">,
  caller: Caller,
  user: LogtoUser,
  verificationId: string | undefined,
): Promise<RecordKey> {
  return (await findStepUp(services, caller, verificationId)) ?? refuseStepUp(services, caller, user);
}

/** @throws {Refusal} `step_up_required`, with the methods that can work now. */
export async function refuseStepUp(
  services: Pick<Services, "logto">,
  caller: Caller,
  user: LogtoUser,
): Promise<never> {
  throw new Refusal("step_up_required", { methods: await stepUpMethods(services, user, caller) });
}
