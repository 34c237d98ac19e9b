import * as z from "zod";
import type { Caller } from "../../caller.ts";
import type { Services } from "../../services.ts";
import { type BrowserName, nameBrowser } from "../../session/user-agent.ts";
import { type GatheredSession, gatherSessions } from "./gather-sessions.ts";

type Application = { id: string; name: string | null };

export type SessionItem = BrowserName & {
  ref: string;
  current: boolean;
  /** What the browser's request said; anybody can say anything there. */
  reportedPlace: { country: string | null; city: string | null } | null;
  begunAt: string | null;
  lastSeenAt: string | null;
  expiresAt: string | null;
  applications: Application[];
};

export type SessionList = { items: SessionItem[]; complete: boolean };

type ListServices = Pick<Services, "db" | "platform" | "vault" | "logto">;

/**
 * Lists where the caller is signed in, their own session first, then the newest.
 * @throws {Refusal} what Logto or the database refuses.
 */
export async function listSessions(services: ListServices, caller: Caller): Promise<SessionList> {
  const { logto } = services;
  const { userId } = caller;
  // Logto lists no session of somebody who is suspended, and says so only here.
  const [{ items, isComplete }] = await Promise.all([
    gatherSessions(services, caller),
    logto.snapshots.get(userId),
  ]);
  const ids = (item: GatheredSession) => applicationIds(services, item);
  const names = await logto.applications.names(userId, items.flatMap(ids));
  const described = items.map(async (item) => ({
    ...(await describe(services, item)),
    applications: ids(item).map((id) => ({ id, name: names.get(id) ?? null })),
  }));
  return { items: (await Promise.all(described)).toSorted(byAge), complete: isComplete };
}

const byAge = (one: SessionItem, other: SessionItem) =>
  Number(other.current) - Number(one.current) || (other.begunAt ?? "").localeCompare(one.begunAt ?? "");

/** A grant that was revoked takes its application out of the session. */
function applicationIds({ logto: { web } }: ListServices, { logto, browsers, medusa }: GatheredSession) {
  const ours = web && browsers.length + medusa.length > 0 ? [web.appId] : [];
  const ids = new Set([...(logto?.applicationIds ?? []), ...ours]);
  return ids.size === 0 && logto?.clientId ? [logto.clientId] : [...ids];
}

const about = z.object({ browser: z.string().nullable(), system: z.string().nullable() });

async function describe(
  { vault }: ListServices,
  { ref, isCurrent, logto, browsers, medusa }: GatheredSession,
): Promise<Omit<SessionItem, "applications">> {
  const [newest] = browsers;
  const known = newest && (await vault.open({ userId: newest.userId, purpose: "session" }, newest.about));
  const name = known === undefined ? nameBrowser(logto?.origin.userAgent ?? null) : about.parse(known);
  const { country = null, city = null } = logto?.origin ?? {};
  const begun = [...browsers.map(({ startedAt }) => startedAt), logto?.begunAt ?? Number.POSITIVE_INFINITY];
  const seen = browsers.map(({ seenAt }) => seenAt);
  const ends = logto
    ? [logto.expiresAt ?? Number.NEGATIVE_INFINITY]
    : [...browsers, ...medusa].map(({ expiresAt }) => expiresAt);
  return {
    ref,
    current: isCurrent,
    browser: name.browser,
    system: name.system,
    reportedPlace: country === null && city === null ? null : { country, city },
    begunAt: instant(Math.min(...begun)),
    lastSeenAt: instant(Math.max(...seen)),
    expiresAt: instant(Math.max(...ends)),
  };
}

const longestTime = 8_640_000_000_000_000;

/** @returns null for a moment that nobody knows, or that is none. */
const instant = (time: number): string | null =>
  Math.abs(time) <= longestTime ? new Date(time).toISOString() : null;
