import type { Caller } from "../../caller.ts";
import type { Services } from "../../services.ts";
import { type GatheredApplication, gatherApplications } from "./gather-applications.ts";

export type ApplicationItem = {
  ref: string;
  id: string;
  name: string | null;
  /** What it may see of the person, as scopes of OpenID Connect. */
  scopes: string[];
  /** What it may do at each API. */
  resources: { indicator: string; scopes: string[] }[];
  grantedAt: string | null;
  expiresAt: string | null;
};

export type ApplicationList = { items: ApplicationItem[]; complete: boolean };

/**
 * Lists the applications of others that the caller has let in, by name.
 * @throws {Refusal} what Logto refuses.
 */
export async function listApplications(
  services: Pick<Services, "vault" | "logto">,
  { userId }: Caller,
): Promise<ApplicationList> {
  const [{ items, isComplete }] = await Promise.all([
    gatherApplications(services, userId),
    services.logto.snapshots.get(userId),
  ]);
  const byName = (one: ApplicationItem, other: ApplicationItem) =>
    (one.name ?? one.id).localeCompare(other.name ?? other.id);
  return { items: items.map(describe).toSorted(byName), complete: isComplete };
}

function describe({ ref, id, grants }: GatheredApplication): ApplicationItem {
  const indicators = new Set(grants.flatMap(({ resources }) => Object.keys(resources)));
  return {
    ref,
    id,
    name: grants.find(({ applicationName }) => applicationName !== null)?.applicationName ?? null,
    scopes: unique(grants.flatMap(({ scopes }) => scopes)),
    resources: [...indicators].map((indicator) => ({
      indicator,
      scopes: unique(grants.flatMap(({ resources }) => resources[indicator] ?? [])),
    })),
    grantedAt: instant(Math.min(...known(grants.map(({ begunAt }) => begunAt)))),
    expiresAt: instant(Math.max(...known(grants.map(({ expiresAt }) => expiresAt)))),
  };
}

const unique = (names: readonly string[]) => [...new Set(names)];
const known = (moments: readonly (number | null)[]) => moments.filter((moment) => moment !== null);
const instant = (time: number): string | null =>
  Number.isFinite(time) ? new Date(time).toISOString() : null;
