/** An address that codes are sent to, and the name it goes by in the database. */

import type { Recipient } from "../logto/codes.ts";
import type { LogtoUser } from "../logto/users.ts";
import type { Services } from "../services.ts";

/** A keyed hash of a normalised address: the database never holds an address that is not yet a person's. */
export const recipientHash = (
  { vault }: Pick<Services, "vault">,
  { type, value }: Recipient,
): Promise<string> => vault.keyedHash("recipient", `${type}:${value}`);

/** Whether the address is the person's own already. */
export const isOwn = (user: LogtoUser, { type, value }: Recipient): boolean =>
  (type === "email" ? user.primaryEmail?.toLowerCase() : user.primaryPhone) === value;
