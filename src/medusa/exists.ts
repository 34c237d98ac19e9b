/** Whether an address has an account. */
import { MedusaRefusal } from "./refusal.ts";
import type { MedusaServices } from "./services.ts";
import { findAddressee } from "./sign-in.ts";
import type { RequestFacts } from "./sign-ins.ts";

const allowed = { max: 30, windowMs: 15 * 60_000 };

/**
 * Tells whether somebody has an address, where the settings want it told; otherwise that nobody has.
 * @throws {Refusal} `too_many_requests` for who asks too often; {UpstreamFailure}.
 */
export async function tellWhoExists(
  services: MedusaServices,
  { address }: RequestFacts,
  email: string,
): Promise<boolean> {
  const { db, platform, vault, medusa } = services;
  const bucket = `medusa-exists:address:${await vault.keyedHash("address", address)}`;
  const outcome = await db.limits.charge([{ bucket, ...allowed }], platform.now());
  if (!outcome.ok) {
    const retryAfter = Math.ceil(outcome.retryAfterMs / 1000);
    throw new MedusaRefusal("too_many_requests", "Too many requests", { retryAfter });
  }
  if (!medusa.tellsWhoExists) return false;
  return (await findAddressee(services, email)).user !== undefined;
}
