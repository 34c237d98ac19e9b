/** Puts the parts together, once for every runtime: which of them exist, and who is given what. */
import type { Database } from "../db/database.ts";
import { createRepositories } from "../db/repositories.ts";
import type { Config } from "./config.ts";
import { codesApi } from "./logto/codes.ts";
import { createM2mToken } from "./logto/m2m-token.ts";
import { createManagement } from "./logto/management.ts";
import { sessionsApi } from "./logto/sessions.ts";
import { createSharedToken } from "./logto/shared-token.ts";
import { createKeySource } from "./logto/signing-keys.ts";
import { type LogtoLimits, productionLimits } from "./logto/tuning.ts";
import { createUserSnapshots } from "./logto/user-snapshots.ts";
import { usersApi } from "./logto/users.ts";
import { settlePassword } from "./me/password/settle-password.ts";
import { settleUpdate } from "./me/profile/settle-update.ts";
import type { Platform } from "./platform.ts";
import type { Services } from "./services.ts";
import { verifyKeys } from "./vault/canary.ts";
import { loadIndexHash } from "./vault/keyed-hash.ts";
import { createKeyring } from "./vault/keyring.ts";

/** What a runtime chooses; Node takes what is here by default. */
export type ServiceChoices = {
  /** Waits and sizes of the conversation with Logto. */
  limits?: LogtoLimits;
  /** Keeps the M2M token in the database, for a runtime of many short-lived instances. */
  sharesM2mToken?: boolean;
};

/**
 * Builds the services on a migrated database. Nothing is asked of Logto yet.
 * @throws {Error} for the operator, when `ENCRYPTION_KEYS` does not fit the database.
 */
export async function createServices(
  config: Config,
  platform: Platform,
  database: Database,
  { limits = productionLimits, sharesM2mToken = false }: ServiceChoices = {},
): Promise<Services> {
  const { logto } = config;
  const repositories = createRepositories(database);
  const keyring = createKeyring(config.encryptionKeys);
  await verifyKeys(keyring, repositories.canaries);
  const shared = sharesM2mToken
    ? createSharedToken({ ...repositories, keyring, platform, logto })
    : undefined;
  const m2mToken = createM2mToken({ logto, platform, limits, shared });
  const management = createManagement({ logto, platform, token: m2mToken, limits });
  const users = usersApi(management);
  const services: Services = {
    ...repositories,
    config,
    platform,
    database,
    keyring,
    indexHash: await loadIndexHash(keyring, repositories.secrets),
    m2mToken,
    management,
    keys: createKeySource({ jwksUri: `${logto.issuer}/jwks`, platform, limits }),
    users,
    snapshots: createUserSnapshots({ users, platform, lifeMs: config.profileCacheSeconds * 1000 }),
    sessions: sessionsApi(management),
    codes: codesApi(management),
    settlers: {
      update: (entry, lock) => settleUpdate(services, entry, lock),
      password: (entry, lock) => settlePassword(services, entry, lock),
    },
  };
  return services;
}
