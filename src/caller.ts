/** The person a request acts for, and how they proved it. There is no other way to name a user. */
import type { UserId } from "./user-id.ts";

export type Scope = "profile:read" | "profile:write";

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
