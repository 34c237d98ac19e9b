/** Proofs that a new e-mail address or phone number belongs to the person. Logto does not require them. */

import type { Caller } from "../caller.ts";
import type { Recipient } from "../logto/codes.ts";
import { type FieldError, Refusal } from "../problem.ts";
import type { Services } from "../services.ts";
import { recipientHash } from "./recipient.ts";

/**
 * Requires that the person has verified a code sent to each new address in the last ten minutes.
 * @throws {Refusal} `identifier_unproven` naming the fields.
 */
export async function requireProofs(
  services: Pick<Services, "platform" | "db" | "vault">,
  { userId }: Caller,
  { newEmail, newPhone }: { newEmail: string | undefined; newPhone: string | undefined },
): Promise<void> {
  const wanted: { recipient: Recipient; pointer: string }[] = [];
  if (newEmail !== undefined)
    wanted.push({ recipient: { type: "email", value: newEmail }, pointer: "/primaryEmail" });
  if (newPhone !== undefined)
    wanted.push({ recipient: { type: "phone", value: newPhone }, pointer: "/primaryPhone" });
  const errors: FieldError[] = [];
  for (const { recipient, pointer } of wanted) {
    const hash = await recipientHash(services, recipient);
    const proof = await services.db.identifierProofs.find(userId, hash, services.platform.now());
    if (!proof) errors.push({ pointer, code: "identifier_unproven", message: "has no verified code" });
  }
  if (errors.length > 0) throw new Refusal("identifier_unproven", { errors });
}
