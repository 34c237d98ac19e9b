import { activityRepository } from "./activity.ts";
import { activityHeadRepository } from "./activity-heads.ts";
import { avatarRepository } from "./avatars.ts";
import { canaryRepository } from "./canaries.ts";
import { credentialEpochRepository } from "./credential-epochs.ts";
import type { Database } from "./database.ts";
import { deletionRepository } from "./deletions.ts";
import { endingRepository } from "./endings.ts";
import { formerValueRepository } from "./former-values.ts";
import { idempotencyRepository } from "./idempotency.ts";
import { identifierProofRepository } from "./identifier-proofs.ts";
import { journalRepository } from "./journal.ts";
import { knownBrowserRepository } from "./known-browsers.ts";
import { leaseRepository } from "./leases.ts";
import { limitRepository } from "./limits.ts";
import { lockoutRepository } from "./lockouts.ts";
import { logtoSessionRepository } from "./logto-sessions.ts";
import { medusaSessionRepository } from "./medusa-sessions.ts";
import { medusaSignInRepository } from "./medusa-sign-ins.ts";
import { mutedNoticeRepository } from "./muted-notices.ts";
import { noticeRepository } from "./notices.ts";
import { pageStateRepository } from "./page-states.ts";
import { revocationRepository } from "./revocations.ts";
import { secretRepository } from "./secrets.ts";
import { sessionRepository } from "./sessions.ts";
import { sharedTokenRepository } from "./shared-tokens.ts";
import { tombstoneRepository } from "./tombstones.ts";
import { usedOnceRepository } from "./used-once.ts";
import { vaultRepository } from "./vault.ts";
import { verificationCodeRepository } from "./verification-codes.ts";
import { verificationRecordRepository } from "./verification-records.ts";

export type Repositories = ReturnType<typeof createRepositories>;

/** A database and the queries of every table. */
export type Db = Database & Repositories;

/** @param database may still be migrated afterwards: nothing is read here. */
export const createDb = (database: Database): Db => ({ ...database, ...createRepositories(database) });

/** The queries of every table. */
export const createRepositories = (database: Pick<Database, "kysely">) => ({
  activity: activityRepository(database),
  activityHeads: activityHeadRepository(database),
  avatars: avatarRepository(database),
  canaries: canaryRepository(database),
  credentialEpochs: credentialEpochRepository(database),
  formerValues: formerValueRepository(database),
  deletions: deletionRepository(database),
  endings: endingRepository(database),
  idempotency: idempotencyRepository(database),
  identifierProofs: identifierProofRepository(database),
  journal: journalRepository(database),
  knownBrowsers: knownBrowserRepository(database),
  leases: leaseRepository(database),
  limits: limitRepository(database),
  lockouts: lockoutRepository(database),
  logtoSessions: logtoSessionRepository(database),
  medusaSessions: medusaSessionRepository(database),
  medusaSignIns: medusaSignInRepository(database),
  mutedNotices: mutedNoticeRepository(database),
  notices: noticeRepository(database),
  pageStates: pageStateRepository(database),
  revocations: revocationRepository(database),
  secrets: secretRepository(database),
  sessions: sessionRepository(database),
  sharedTokens: sharedTokenRepository(database),
  tombstones: tombstoneRepository(database),
  usedOnce: usedOnceRepository(database),
  vaults: vaultRepository(database),
  verificationCodes: verificationCodeRepository(database),
  verificationRecords: verificationRecordRepository(database),
});
