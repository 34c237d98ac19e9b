/** Builds the services, once for every runtime, and gives each what it needs. */
import { chainActivity } from "../db/activity-chain.ts";
import type { Database } from "../db/database.ts";
import { createDb } from "../db/repositories.ts";
import { watchBacklog } from "./backlog.ts";
import type { Config } from "./config.ts";
import { createLogto } from "./logto/logto.ts";
import { createSharedToken } from "./logto/shared-token.ts";
import { type LogtoTuning, productionTuning } from "./logto/tuning.ts";
import { settleAvatar } from "./me/avatar/settle-avatar.ts";
import { settlePassword } from "./me/password/settle-password.ts";
import { settleUpdate } from "./me/profile/settle-update.ts";
import { settleRestoration } from "./me/undo/settle-restoration.ts";
import { settleRegistration } from "./medusa/settle-registration.ts";
import { sendAfterCommit } from "./notices/send-after-commit.ts";
import { requireWayOut } from "./notices/send-notice.ts";
import type { Platform } from "./platform.ts";
import type { Services } from "./services.ts";
import { openVault } from "./vault/vault.ts";
import { settleRemoval } from "./verification/remove-credential.ts";

/** What a runtime can choose. The defaults suit Node. */
export type ServiceChoices = {
  /** Time limits and sizes of the calls to Logto. */
  tuning?: LogtoTuning;
  /** Stores the M2M token in the database, for a runtime of many short-lived instances. Default: false. */
  sharesM2mToken?: boolean;
};

/**
 * Builds the services on a migrated database. It sends nothing to Logto yet.
 * @throws {OperatorError} when `ENCRYPTION_KEYS` cannot open what the database holds, or the runtime cannot send what the
 * configuration asks for.
 */
export async function createServices(
  config: Config,
  platform: Platform,
  database: Database,
  { tuning = productionTuning, sharesM2mToken = false }: ServiceChoices = {},
): Promise<Services> {
  requireWayOut({ config, platform });
  const unchained = createDb(database);
  const vault = await openVault(config.encryptionKeys, unchained, platform);
  const chained = chainActivity(unchained, vault.activity, platform.queue);
  const db = sendAfterCommit({ config, platform, db: chained, vault });
  const shared = sharesM2mToken ? createSharedToken({ db, vault, platform, logto: config.logto }) : undefined;
  const logto = createLogto({
    config: config.logto,
    platform,
    profileCacheSeconds: config.profileCacheSeconds,
    callsPer10s: config.logtoCallsPer10s,
    tuning,
    shared,
    web: config.session && {
      session: config.session,
      redirectUri: `${config.publicUrl}/session/callback`,
    },
  });
  watchBacklog({ platform, db });
  return withSettlers({ config, platform, db, vault, logto });
}

/** The same services for background jobs. At Logto, people come before them. */
export const inBackground = ({ logto, ...services }: Services): Services =>
  withSettlers({ ...services, logto: { ...logto, ...logto.background } });

/** Adds how each kind of journal entry is finished. */
export function withSettlers(others: Omit<Services, "settlers">): Services {
  const services: Services = {
    ...others,
    settlers: {
      update: (entry, lock) => settleUpdate(services, entry, lock),
      password: (entry, lock) => settlePassword(services, entry, lock),
      avatar: (entry, lock) => settleAvatar(services, entry, lock),
      restoration: (entry, lock) => settleRestoration(services, entry, lock),
      removal: (entry, lock) => settleRemoval(services, entry, lock),
      registration: (entry, lock) => settleRegistration(services, entry, lock),
    },
  };
  return services;
}
