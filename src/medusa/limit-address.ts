/** What one address on the network may ask for without signing in. */
import { MedusaRefusal } from "./refusal.ts";
import type { MedusaServices } from "./services.ts";
import type { RequestFacts } from "./sign-ins.ts";

/** @throws {Refusal} `too_many_requests`. */
export async function limitAddress(
  { db, platform, vault }: MedusaServices,
  { address }: RequestFacts,
  { name, ...allowed }: { name: string; max: number; windowMs: number },
): Promise<void> {
  const bucket = `medusa-${name}:address:${await vault.keyedHash("address", address)}`;
  const outcome = await db.limits.charge([{ bucket, ...allowed }], platform.now());
  if (outcome.ok) return;
  platform.metrics?.count("limitsHit", `medusa-${name}:address`);
  const retryAfter = Math.ceil(outcome.retryAfterMs / 1000);
  throw new MedusaRefusal("too_many_requests", "Too many requests", { retryAfter });
}
