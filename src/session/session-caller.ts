/** A session as the caller of a verb: the same that an access token gives, with both scopes. */
import type { Caller, Scope } from "../caller.ts";
import { userIdSchema } from "../user-id.ts";
import type { LiveSession } from "./find-session.ts";
import type { SessionServices } from "./services.ts";

const scopes: ReadonlySet<Scope> = new Set(["profile:read", "profile:write"]);

/** What the request itself adds to its caller. */
export type RequestFacts = Pick<Caller, "address" | "requestId">;

export async function callerOf(
  { platform, vault, web }: Pick<SessionServices, "platform" | "vault" | "web">,
  { id, row }: LiveSession,
  { address, requestId }: RequestFacts,
): Promise<Caller> {
  const text = `step-up ${id}`;
  return {
    userId: userIdSchema.parse(row.userId),
    personHash: await vault.keyedHash("user", row.userId),
    client: web.appId,
    boundTo: `session:${row.ref}`,
    scopes,
    via: "cookie",
    address,
    requestId,
    session: {
      ref: row.ref,
      sid: row.sid,
      verificationId: await platform.digests.sha256(text),
    },
  };
}
