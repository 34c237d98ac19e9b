/** The end of everything that a person's former password or identifiers had earned. */
import type { Compilable } from "kysely";
import type { WriteLock } from "../journal/lease.ts";
import type { Services } from "../services.ts";

/** First statement of a change of the password or an identifier, stored with its journal entry: it may happen from now on. */
export const beginCredentialChange = (
  { platform, db }: Pick<Services, "platform" | "db">,
  { fence }: WriteLock,
): Compilable => db.credentialEpochs.raise(fence, platform.now());

/** Last statements of such a change: no record, code or proof that was earned before it, or meanwhile, opens anything. */
export const endCredentialChange = (
  { platform, db }: Pick<Services, "platform" | "db">,
  { userId, fence, guard }: WriteLock,
): Compilable[] => [
  db.credentialEpochs.raise(fence, platform.now()),
  db.verificationRecords.deleteAll(userId, guard),
  db.verificationCodes.deleteAll(userId, guard),
  db.identifierProofs.deleteAll(userId, guard),
];
