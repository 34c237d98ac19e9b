/** The e-mail address or phone number to which a code is sent, and its hash in the database. */

import { canonicalEmail, email } from "../fields/email.ts";
import { canonicalPhone, phone } from "../fields/phone.ts";
import type { Recipient } from "../logto/codes.ts";
import type { LogtoUser } from "../logto/users.ts";
import { Refusal } from "../problem.ts";
import type { Services } from "../services.ts";

/** A keyed hash of an address in canonical form, so that the database never holds an address that is not yet a person's. */
export const recipientHash = (
  { vault }: Pick<Services, "vault">,
  { type, value }: Recipient,
): Promise<string> => vault.keyedHash("recipient", `${type}:${value}`);

/** Whether the person already has this address, in whichever spelling Logto stores it. */
export function isOwn({ primaryEmail, primaryPhone }: LogtoUser, { type, value }: Recipient): boolean {
  if (type === "email") return primaryEmail !== null && canonicalEmail(primaryEmail) === value;
  return primaryPhone !== null && canonicalPhone(primaryPhone) === value;
}

/**
 * Requires a valid address, which a person can have.
 * @throws {Refusal} `validation_failed`, with a pointer to the member of the body.
 */
export function requireAddress({ type, value }: Recipient): void {
  const { error } = (type === "email" ? email : phone).schema.safeParse(value);
  if (!error) return;
  const errors = error.issues.map(({ code, message }) => ({ pointer: `/${type}`, code, message }));
  throw new Refusal("validation_failed", { errors });
}
