/** Whether an address has an account. */
import { limitAddress } from "./limit-address.ts";
import type { MedusaServices } from "./services.ts";
import { findAddressee } from "./sign-in.ts";
import type { RequestFacts } from "./sign-ins.ts";

const allowed = { name: "exists", max: 30, windowMs: 15 * 60_000 };

/**
 * Tells whether somebody has an address, where the settings want it told; otherwise that nobody has.
 * @throws {Refusal} `too_many_requests` for who asks too often; {UpstreamFailure}.
 */
export async function tellWhoExists(
  services: MedusaServices,
  facts: RequestFacts,
  email: string,
): Promise<boolean> {
  await limitAddress(services, facts, allowed);
  if (!services.medusa.tellsWhoExists) return false;
  return (await findAddressee(services, email)).user !== undefined;
}
