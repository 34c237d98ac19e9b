/** Step-up: the caller proves again that they are the person, before a sensitive change. */
import { base64url } from "jose";
import type { RecordKey } from "../../db/verification-records.ts";
import { activityEntry } from "../activity.ts";
import type { Caller } from "../caller.ts";
import type { LogtoUser } from "../logto/users.ts";
import { Refusal } from "../problem.ts";
import type { Services } from "../services.ts";
import { sha256 } from "../sha256.ts";
import { verificationLifeMs } from "./limits.ts";

export type StepUpMethod = "password" | "email" | "phone";

/** A step-up record as its owner sees it. The id is shown once and stored only as a hash. */
export type IssuedRecord = { verificationId: string; expiresAt: string };

/** The id is 256 random bits, so nobody can guess it from a plain hash. */
const hashOf = async (verificationId: string) => base64url.encode(await sha256(verificationId));

/** The methods by which this person can step up. */
const stepUpMethods = (user: LogtoUser): StepUpMethod[] => [
  ...(user.hasPassword ? (["password"] as const) : []),
  ...(user.primaryEmail === null ? [] : (["email"] as const)),
  ...(user.primaryPhone === null ? [] : (["phone"] as const)),
];

/** Issues a record to this person and this client or session. Its id is 256 random bits; it lives ten minutes. */
export async function issueRecord(
  services: Pick<Services, "platform" | "db">,
  caller: Caller,
  method: StepUpMethod,
): Promise<IssuedRecord> {
  const { platform, db } = services;
  const verificationId = base64url.encode(crypto.getRandomValues(new Uint8Array(32)));
  const createdAt = platform.now();
  const expiresAt = createdAt + verificationLifeMs;
  const record = db.verificationRecords.insert({
    idHash: await hashOf(verificationId),
    userId: caller.userId,
    boundTo: caller.boundTo,
    method,
    createdAt,
    expiresAt,
  });
  const entry = db.activity.insert(activityEntry(platform, caller, "step_up.granted", { method }));
  await db.batch([record, entry]);
  return { verificationId, expiresAt: new Date(expiresAt).toISOString() };
}

/**
 * Finds a live record of this person, issued to this client or session.
 * @param verificationId the `Verification-Id` header.
 * @returns the key of the record; undefined whether it is missing, foreign, expired or used.
 */
export async function findStepUp(
  { platform, db }: Pick<Services, "platform" | "db">,
  { userId, boundTo }: Caller,
  verificationId: string | undefined,
): Promise<RecordKey | undefined> {
  if (verificationId === undefined) return undefined;
  const key = { idHash: await hashOf(verificationId), userId, boundTo };
  return (await db.verificationRecords.find(key, platform.now())) ? key : undefined;
}

/**
 * Requires such a record.
 * @param verificationId the `Verification-Id` header.
 * @returns the key of the record, with which a change that uses it up can claim it.
 * @throws {Refusal} `step_up_required`, the same whether the record is missing, foreign, expired or used.
 */
export async function requireStepUp(
  services: Pick<Services, "platform" | "db">,
  caller: Caller,
  user: LogtoUser,
  verificationId: string | undefined,
): Promise<RecordKey> {
  return (await findStepUp(services, caller, verificationId)) ?? refuseStepUp(user);
}

/**
 * Reserves a record for the one change that uses it up. Only one of several parallel changes gets it.
 * @returns the claim. It is spent with the change, or given back.
 * @throws {Refusal} `step_up_required`.
 */
export async function claimRecord(
  { platform, db }: Pick<Services, "platform" | "db">,
  key: RecordKey,
  user: LogtoUser,
): Promise<string> {
  const claim = crypto.randomUUID();
  if (!(await db.verificationRecords.claim(key, claim, platform.now()))) refuseStepUp(user);
  return claim;
}

/** @throws {Refusal} `step_up_required`, with the methods that this person can use. */
export function refuseStepUp(user: LogtoUser): never {
  throw new Refusal("step_up_required", { methods: stepUpMethods(user) });
}
