/** What a request carries through Hono: what the runtime passes in, and what middleware leaves for the routes behind it. */
import type { Caller } from "../caller.ts";

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
