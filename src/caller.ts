/** The person for whom a request acts, and how they signed in. Nothing else in a request names a user. */
import type { UserId } from "./user-id.ts";

export type Scope = "profile:read" | "profile:write";

type CallerSession = {
  /** Its name, which stays when its id changes. */
  ref: string;
  /** Logto's session in which it began. */
  sid: string | null;
  /** The id of the step-up record that signing in again earns: the cookie alone is what it takes. */
  verificationId: string;
};

export type Caller = {
  userId: UserId;
  /** Keyed hash of the user id: what the log and a tombstone call the person. */
  personHash: string;
  /** `client_id` of the application that calls. */
  client: string;
  /** A step-up record works only under the same value: `client:<client id>` for a token, `session:<id>` for a cookie. */
  boundTo: string;
  scopes: ReadonlySet<string>;
  via: "bearer" | "cookie";
  /** The IP address or /64 network of the client, by which limits count. */
  address: string;
  /** The browser's session, of a cookie. */
  session?: CallerSession;
  requestId: string;
};
