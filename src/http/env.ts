/** What a request carries through Hono: values from the runtime, and values that middleware sets for the routes. */
import type { Caller } from "../caller.ts";
import type { Refusal } from "../problem.ts";

/** What a runtime passes beside a request, as the second argument of `app.fetch`. */
export type Bindings = {
  /** Address of the other end of the connection, without a port. */
  peerAddress?: string;
};

/** The Hono environment of every route and middleware. */
export type Env = {
  Bindings: Bindings;
  Variables: {
    requestId: string;
    /** What `standardHeaders` gives to every answer; other middleware may add to it before the handler runs. */
    standardHeaders: Record<string, string>;
    /** True if the answer has them already. */
    hasStandardHeaders?: true;
    /** The pattern of the route that serves the request, if there is one; set by `requestLog`. */
    route: string | undefined;
    /** The IP address or /64 network by which limits count; set by `clientAddress`. */
    clientAddress: string;
    /** Set by `bearer` or by a cookie session. */
    caller?: Caller;
    /** The refusal that is answered. */
    refused?: Refusal;
  };
};

/** The environment of a route that requires a caller: `protectedRoute` gives it to the handler. */
export type ProtectedEnv = Env & { Variables: { caller: Caller } };
