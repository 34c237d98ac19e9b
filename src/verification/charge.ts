/** Limits are charged before an attempt is made, so that parallel attempts cannot slip past them. */
import type { Charge } from "../../db/limits.ts";
import type { Services } from "../context.ts";
import { type ProblemCode, Refusal } from "../problem.ts";

/**
 * Charges every bucket or none.
 * @returns a way to take the charge back: only after success, or where the attempt was surely not evaluated.
 * @throws {Refusal} `code` with `Retry-After`; `storage_unavailable` when the limits cannot be counted.
 */
export async function chargeOrRefuse(
  { limits, platform }: Pick<Services, "limits" | "platform">,
  charges: readonly Charge[],
  code: Extract<ProblemCode, "too_many_attempts" | "too_many_requests">,
): Promise<{ refund(): Promise<void> }> {
  const outcome = await limits.charge(charges, platform.now());
  if (!outcome.ok) throw new Refusal(code, { retryAfter: Math.ceil(outcome.retryAfterMs / 1000) });
  return { refund: () => limits.refund(charges, platform.now()) };
}
