/** Charges limits before an attempt is made, so that parallel attempts cannot pass them. */
import type { Charge } from "../../db/limits.ts";
import type { Caller } from "../caller.ts";
import { Refusal } from "../problem.ts";
import type { ProblemCode } from "../problem-codes.ts";
import type { Services } from "../services.ts";

/** Who is charged: a person, and the keyed hash of their IP address. */
export type ChargedCaller = { userId: string; address: string };

/** Of a caller, or of somebody who has yet to sign in; only an address where nobody is known. */
type Charged = Pick<Caller, "address"> & Partial<Pick<Caller, "userId" | "personHash">>;

type ChargesFor = (who: ChargedCaller) => readonly Charge[];
type ChargeServices = Pick<Services, "platform" | "db" | "vault">;

/**
 * Charges all buckets, or none if one of them is full.
 * @returns a refund, only for a success or for an attempt that was certainly not evaluated. Where the database does not
 *   take it, the charge stays for its window: an answer that is certain is not given up for it.
 * @throws {Refusal} `code` with `Retry-After`; `invalid_token` for an erased person; `storage_unavailable` when the
 *   limits cannot be counted.
 */
export async function chargeOrRefuse(
  { platform, db, vault }: ChargeServices,
  caller: Charged,
  chargesFor: ChargesFor,
  code: Extract<ProblemCode, "too_many_attempts" | "too_many_requests">,
): Promise<{ refund(): Promise<void> }> {
  const charges = await chargesOf({ vault }, caller, chargesFor);
  const guard = { person: caller.personHash };
  const outcome = await db.limits.charge(charges, platform.now(), guard);
  if (!outcome.ok && caller.personHash && (await db.tombstones.exists(caller.personHash)))
    throw new Refusal("invalid_token", { reason: "erased_person" });
  if (!outcome.ok) platform.metrics?.count("limitsHit", limitOf(outcome.bucket));
  if (!outcome.ok) throw new Refusal(code, { retryAfter: Math.ceil(outcome.retryAfterMs / 1000) });
  const { receipts } = outcome;
  return { refund: () => db.limits.refund(receipts, platform.now()).catch(unlessOutage) };
}

/** What a bucket counts, without whom: `password:user:<id>` is `password:user`. */
const limitOf = (bucket: string) => bucket.split(":", 2).join(":");

function unlessOutage(error: unknown): void {
  if (!(error instanceof Refusal)) throw error;
}

/** @returns in how many milliseconds the next attempt will be counted; 0 if it would be now. */
export async function waitFor(
  { platform, db, vault }: ChargeServices,
  caller: Charged,
  chargesFor: ChargesFor,
): Promise<number> {
  return db.limits.wait(await chargesOf({ vault }, caller, chargesFor), platform.now());
}

async function chargesOf({ vault }: Pick<Services, "vault">, caller: Charged, chargesFor: ChargesFor) {
  return chargesFor({
    userId: caller.userId ?? "",
    address: await vault.keyedHash("address", caller.address),
  });
}
