/** Everything that the service uses of the tenant. All paths of Logto's APIs are in this folder. */
import type { LogtoConfig, SessionConfig } from "../config.ts";
import type { Platform } from "../platform.ts";
import { type AccountCenter, createAccountCenter } from "./account-center.ts";
import { type Accounts, accountsApi } from "./accounts.ts";
import { type Applications, createApplications } from "./applications.ts";
import { createCallBudget } from "./call-budget.ts";
import { type Codes, codesApi } from "./codes.ts";
import { type Connectors, createConnectors } from "./connectors.ts";
import { createDiscovery, type Discovery } from "./discovery.ts";
import { createExperience, type Experience } from "./experience.ts";
import { type Factors, factorsApi } from "./factors.ts";
import { type Identities, identitiesApi } from "./identities.ts";
import { createM2mToken, type M2mToken } from "./m2m-token.ts";
import { createManagement, inBackground, type Management } from "./management.ts";
import { observedNetwork } from "./observed-network.ts";
import { oidcUrl } from "./oidc-url.ts";
import { personDataApi, type ReadPersonData } from "./person-data.ts";
import { type Sessions, sessionsApi } from "./sessions.ts";
import type { SharedToken } from "./shared-token.ts";
import { createSignInExperience, type SignInExperience } from "./sign-in-experience.ts";
import { createSignInLog, type SignInLog } from "./sign-in-log.ts";
import { createSigningKeys, type SigningKeys } from "./signing-keys.ts";
import { type LogtoTuning, productionTuning } from "./tuning.ts";
import { createUserSnapshots, type UserSnapshots } from "./user-snapshots.ts";
import { type Users, usersApi } from "./users.ts";
import { createWebApplication, type WebApplication } from "./web-application.ts";

export type Logto = {
  discovery: Discovery;
  m2mToken: M2mToken;
  management: Management;
  signingKeys: SigningKeys;
  users: Users;
  snapshots: UserSnapshots;
  sessions: Sessions;
  factors: Factors;
  identities: Identities;
  accountCenter: AccountCenter;
  signInLog: SignInLog;
  applications: Applications;
  codes: Codes;
  connectors: Connectors;
  signInExperience: SignInExperience;
  /** Undefined where there are no cookie sessions. */
  web: WebApplication | undefined;
  /** Its people, who sign in without leaving the page that asks. */
  experience: Experience | undefined;
  accounts: Accounts;
  /** Everything else that the tenant holds about a person. */
  personData: ReadPersonData;
  /** For background jobs: at Logto, people come before them. */
  background: { users: Users; sessions: Sessions; accounts: Accounts };
};

type LogtoOptions = {
  config: LogtoConfig;
  platform: Platform;
  /** How long a user snapshot may be used, in seconds. */
  profileCacheSeconds: number;
  /** The most calls within ten seconds. */
  callsPer10s: number;
  tuning?: LogtoTuning;
  /** The stored M2M token, for instances that share no memory. */
  shared?: SharedToken | undefined;
  /** The web application of cookie sessions, and where Logto sends people back to. */
  web?: { session: SessionConfig; redirectUri: string } | undefined;
};

/** Builds the adapter. It sends nothing to Logto yet. */
export function createLogto(options: LogtoOptions): Logto {
  const { config: logto, callsPer10s, tuning = productionTuning, shared } = options;
  const platform: Platform = { ...options.platform, ...observedNetwork(options.platform) };
  const budget = createCallBudget({ calls: callsPer10s, waitMs: tuning.budgetMs, platform });
  const counted: Platform = {
    ...platform,
    fetch: (...request) => {
      budget.count();
      return platform.fetch(...request);
    },
  };
  const m2mToken = createM2mToken({ logto, platform: counted, tuning, shared });
  const management = createManagement({ logto, platform, token: m2mToken, budget, tuning });
  const signInExperience = createSignInExperience(management, platform);
  const users = usersApi(management, signInExperience);
  const keys = createSigningKeys({ jwksUri: oidcUrl(logto, "jwks"), platform: counted, tuning });
  const withoutHurry = inBackground(management);
  const { redirectUri } = options.web ?? {};
  const web = options.web && createWebApplication({ logto, ...options.web, platform: counted, keys, tuning });
  return {
    discovery: createDiscovery({ logto, platform: counted, tuning }),
    m2mToken,
    management,
    signingKeys: keys,
    users,
    snapshots: createUserSnapshots({
      users,
      platform,
      lifeMs: options.profileCacheSeconds * 1000,
      mayShare: () => management.healthy("getUser"),
      tuning,
    }),
    sessions: sessionsApi(management),
    factors: factorsApi(management),
    identities: identitiesApi(management),
    accountCenter: createAccountCenter(management, logto.endpoint, platform),
    signInLog: createSignInLog(management, platform, tuning),
    applications: createApplications(management, platform),
    codes: codesApi(management),
    connectors: createConnectors(management, platform),
    signInExperience,
    web,
    experience:
      web && redirectUri !== undefined
        ? createExperience({ logto, web, redirectUri, platform: counted, tuning })
        : undefined,
    accounts: accountsApi(management),
    personData: personDataApi(management),
    background: {
      users: usersApi(withoutHurry, signInExperience),
      sessions: sessionsApi(withoutHurry),
      accounts: accountsApi(withoutHurry),
    },
  };
}
