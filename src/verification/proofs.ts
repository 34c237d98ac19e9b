/** Proofs that a new e-mail address or phone number belongs to the person. Logto does not require them. */

import type { Caller } from "../caller.ts";
import type { Recipient } from "../logto/codes.ts";
import { type FieldError, Refusal } from "../problem.ts";
import type { Services } from "../services.ts";
import { recipientHash } from "./recipient.ts";

/**
 * Requires that the person has verified a code sent to each new address in the last ten minutes.
 * @returns the hashed recipients whose proofs the change uses up.
 * @throws {Refusal} `identifier_unproven` naming the fields.
 */
export async function requireProofs(
  services: Pick<Services, "platform" | "db" | "vault">,
  { userId }: Caller,
  { newEmail, newPhone }: { newEmail: string | undefined; newPhone: string | undefined },
): Promise<string[]> {
  const wanted: { recipient: Recipient; pointer: string }[] = [];
  if (newEmail !== undefined)
    wanted.push({ recipient: { type: "email", value: newEmail }, pointer: "/primaryEmail" });
  if (newPhone !== undefined)
    wanted.push({ recipient: { type: "phone", value: newPhone }, pointer: "/primaryPhone" });
  const found: string[] = [];
  const errors: FieldError[] = [];
  for (const { recipient, pointer } of wanted) {
    const hash = await recipientHash(services, recipient);
    if (await services.db.identifierProofs.find(userId, hash, services.platform.now())) found.push(hash);
    else errors.push({ pointer, code: "identifier_unproven", message: "has no verified code" });
  }
  if (errors.length > 0) throw new Refusal("identifier_unproven", { errors });
  return found;
}
