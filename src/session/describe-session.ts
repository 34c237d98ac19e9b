/** `GET /session`: whether a browser is signed in, as whom and until when. */
import * as z from "zod";
import { named } from "../http/named.ts";
import { instant } from "../http/route.ts";
import type { LiveSession } from "./find-session.ts";
import type { SessionServices } from "./services.ts";

const signedOut = z.object({ authenticated: z.literal(false) });
const signedIn = z.object({
  authenticated: z.literal(true),
  userId: z.string(),
  startedAt: instant.meta({ description: "When the session began." }),
  authenticatedAt: instant
    .nullable()
    .meta({ description: "When the person last signed in again; null before the first time." }),
  expiresAt: instant.meta({ description: "When it ends unless it is used before." }),
  endsAt: instant.meta({ description: "When it ends in any case." }),
  csrfToken: z.string().meta({ description: "For the field `csrf` of a form of this page." }),
});

/** What it answers. */
export const sessionDescription = named(
  "Session",
  z.discriminatedUnion("authenticated", [signedOut, signedIn]),
);

const instantOf = (time: number) => new Date(time).toISOString();

export async function describeSession(
  { keys }: Pick<SessionServices, "keys">,
  live: LiveSession | undefined,
): Promise<z.infer<typeof sessionDescription>> {
  if (!live) return { authenticated: false };
  const { userId, startedAt, authTime, expiresAt, endsAt } = live.row;
  return {
    authenticated: true,
    userId,
    startedAt: instantOf(startedAt),
    authenticatedAt: authTime === null ? null : instantOf(authTime),
    expiresAt: instantOf(expiresAt),
    endsAt: instantOf(endsAt),
    csrfToken: await keys.formToken(live.row),
  };
}
