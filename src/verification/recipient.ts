/** An address that codes are sent to, and the name it goes by in the database. */

import { canonicalEmail, email } from "../fields/email.ts";
import { canonicalPhone, phone } from "../fields/phone.ts";
import type { Recipient } from "../logto/codes.ts";
import type { LogtoUser } from "../logto/users.ts";
import { Refusal } from "../problem.ts";
import type { Services } from "../services.ts";

/** A keyed hash of an address in canonical form: the database never holds an address that is not yet a person's. */
export const recipientHash = (
  { vault }: Pick<Services, "vault">,
  { type, value }: Recipient,
): Promise<string> => vault.keyedHash("recipient", `${type}:${value}`);

/** Whether the address is the person's own already, in whatever spelling the tenant holds it. */
export function isOwn({ primaryEmail, primaryPhone }: LogtoUser, { type, value }: Recipient): boolean {
  if (type === "email") return primaryEmail !== null && canonicalEmail(primaryEmail) === value;
  return primaryPhone !== null && canonicalPhone(primaryPhone) === value;
}

/**
 * Requires that somebody can have the address: it may become a person's.
 * @throws {Refusal} `validation_failed`, pointing at the member that held it.
 */
export function requireAddress({ type, value }: Recipient): void {
  const { error } = (type === "email" ? email : phone).schema.safeParse(value);
  if (!error) return;
  const errors = error.issues.map(({ code, message }) => ({ pointer: `/${type}`, code, message }));
  throw new Refusal("validation_failed", { errors });
}
