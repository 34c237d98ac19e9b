/** What a request may reach: who calls, and the values that middleware leaves for the routes behind it. */
import type { Database } from "../db/database.ts";
import type { Repositories } from "../db/repositories.ts";
import type { Config } from "./config.ts";
import type { EntryKind, Settler } from "./journal/settle.ts";
import type { Codes } from "./logto/codes.ts";
import type { M2mToken } from "./logto/m2m-token.ts";
import type { Management } from "./logto/management.ts";
import type { Sessions } from "./logto/sessions.ts";
import type { KeySource } from "./logto/signing-keys.ts";
import type { UserSnapshots } from "./logto/user-snapshots.ts";
import type { Users } from "./logto/users.ts";
import type { Platform } from "./platform.ts";
import type { UserId } from "./user-id.ts";
import type { IndexHash } from "./vault/keyed-hash.ts";
import type { Keyring } from "./vault/keyring.ts";

/** Everything a verb may reach; each takes only what it names. */
export type Services = Repositories & {
  config: Config;
  platform: Platform;
  database: Database;
  keyring: Keyring;
  /** Names addresses and people in the database and the log without telling them. */
  indexHash: IndexHash;
  m2mToken: M2mToken;
  management: Management;
  keys: KeySource;
  users: Users;
  snapshots: UserSnapshots;
  sessions: Sessions;
  codes: Codes;
  settlers: Record<EntryKind, Settler>;
};

export type Scope = "profile:read" | "profile:write";

/** The person a request acts for, and how they proved it. There is no other way to name a user. */
export type Caller = {
  userId: UserId;
  /** `client_id` of the application that calls. */
  client: string;
  /** What a step-up record binds to: `client:<client id>` for a token, `session:<id>` for a cookie. */
  boundTo: string;
  scopes: ReadonlySet<string>;
  via: "bearer" | "cookie";
  /** The /32 or /64 the request came from, for limits. */
  address: string;
  requestId: string;
};

/** What a runtime passes beside a request, as the second argument of `app.fetch`. */
export type Bindings = {
  /** Address of whoever opened the connection, without a port. */
  peerAddress?: string;
};

/** The Hono environment of every route and middleware. */
export type Env = {
  Bindings: Bindings;
  Variables: {
    requestId: string;
    /** Set by `bearer` or by a cookie session; a route behind neither must not read it. */
    caller: Caller;
    /** The /32 or /64 that limits by address count; set by `clientAddress`. */
    clientAddress: string;
    /** Runs the rest of a request once for its `Idempotency-Key`; set by `idempotency`. */
    once(work: () => Promise<void>): Promise<Response | undefined>;
  };
};
