/** What a request may reach: who calls, and the values that middleware leaves for the routes behind it. */
import type { UserId } from "./user-id.ts";

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
  };
};
