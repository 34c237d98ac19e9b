/** Where a person is signed in at Logto, and the grants their applications hold. */
import type { Management } from "./management.ts";

export type LogtoSession = {
  /** Logto's `payload.uid`. */
  id: string;
  /** The application that started it. */
  clientId: string | null;
  /** Epoch ms. */
  expiresAt: number | null;
  signedInAt: number | null;
  /** `sid` per application id, as its ID tokens carry it. */
  sids: Record<string, string>;
};

export type LogtoGrant = { id: string; clientId: string | null; expiresAt: number | null };

export type Sessions = {
  list(userId: string): Promise<LogtoSession[]>;
  /** Ends a session and every grant given in it; one that is gone already is fine. */
  end(userId: string, sessionId: string): Promise<void>;
  listGrants(userId: string): Promise<LogtoGrant[]>;
  revokeGrant(userId: string, grantId: string): Promise<void>;
};

export function sessionsApi(_management: Management): Sessions {
  throw new Error("unfinished");
}
