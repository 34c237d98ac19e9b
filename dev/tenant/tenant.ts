import type { JWTPayload } from "jose";
import type { FaultSwitch } from "./http/faults.ts";
import type { RequestLog } from "./http/request-log.ts";
import type { SeededUser } from "./seed.ts";
import type { TenantSettings } from "./settings.ts";
import type { Message } from "./store/codes.ts";
import type { NoticeMessage } from "./store/mailbox.ts";
import type { TenantState } from "./store/state.ts";

/** How to start a dev tenant. */
export type TenantOptions = {
  /** 0 for any free port. */
  port: number;
  host?: "127.0.0.1";
  /** The audience of the seeded API, with scopes `profile:read` and `profile:write`. */
  apiResource: string;
  redirectUris?: { web: string; spa: string };
  /** Back-channel logout address of the web application. With one, its ID tokens carry a `sid`. */
  backchannelLogoutUri?: string;
  /** The clock of codes, subject tokens and timestamps. Tokens and sessions follow the machine's clock. */
  clock?: { now(): number };
  /** File for the description; only its owner can read it. */
  dataFile?: string;
  /** Receives one line for each verification code. */
  print?: (line: string) => void;
  /** Memory of the password hash in KiB; tests keep it small. */
  passwordCost?: number;
};

/** What a client needs to know of the tenant: the content of `dev-tenant.json`. */
export type TenantDescription = {
  endpoint: string;
  issuer: string;
  managementApi: string;
  apiResource: string;
  m2m: { appId: string; appSecret: string };
  web: { appId: string; appSecret: string; redirectUri: string };
  spa: { appId: string; redirectUri: string };
  users: SeededUser[];
};

/** A running dev tenant. */
export type Tenant = {
  description: TenantDescription;
  faults: FaultSwitch;
  requests: RequestLog;
  settings: TenantSettings;
  state: TenantState;
  /** The last message sent to an address. */
  messages(to: string): Message | undefined;
  /** The notices that went to an address, the oldest first, where the service sends them to `/dev/events`. */
  notices(to: string): NoticeMessage[];
  /** Signs any claims with the tenant's key. @param header overrides `alg`, `typ` and `kid`. */
  sign(claims: JWTPayload, header?: Record<string, unknown>): Promise<string>;
  /** Creates a new signing key. The old key stays published unless `keepOld` is false. */
  rotateKeys(options?: { keepOld: boolean }): Promise<void>;
  /** From now on the Management API refuses every token issued so far. */
  revokeM2mTokens(): void;
  /** Resolves when no webhook delivery is in progress. */
  webhooksSettled(): Promise<void>;
  /** Refuses connections until `resume`. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  close(): Promise<void>;
};
