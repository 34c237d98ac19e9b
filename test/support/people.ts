/** Small doings that suites about people's proofs share. */
import { createRepositories } from "../../db/repositories.ts";
import type { Answer, TestService } from "./service.ts";

/** Long and unlike anything in the tenant's policy. */
export const newPassword = "vivid-Maple-orbit-83";

const day = 24 * 60 * 60 * 1000;

/**
 * Opens every limit again by letting a day go by; passwords, addresses and faults become as seeded.
 * @param service its tenant must be its own.
 */
export async function freshDay(service: TestService): Promise<void> {
  const { tenant, platform } = service;
  platform.advance(2 * day);
  tenant.faults.clear();
  tenant.requests.clear();
  tenant.state.codes.clear();
  for (const { id, username, primaryEmail, primaryPhone } of tenant.description.users) {
    Object.assign(tenant.state.users.get(id), {
      username,
      name: username,
      primaryEmail,
      primaryPhone,
      isSuspended: false,
    });
  }
}

/** Lets everybody have their seeded password, whatever a test sets. @returns what puts it back. */
export function keepPasswords({ tenant }: TestService): () => void {
  const digests = tenant.description.users.map(
    ({ id }) => [id, tenant.state.users.get(id).passwordDigest] as const,
  );
  return () => {
    for (const [id, passwordDigest] of digests) Object.assign(tenant.state.users.get(id), { passwordDigest });
  };
}

/** The newest activity of a person, as `event` and `detail`. */
export async function lastActivity(service: TestService, username: string) {
  const { activity } = createRepositories(service.database);
  const { items } = await activity.list(service.userId(username), 1);
  return items.map(({ event, detail }) => ({ event, detail }))[0];
}

/** What the tenant was asked to do, without reads. */
export const upstreamWrites = ({ tenant }: TestService) =>
  tenant.requests.all().filter(({ method, path }) => method !== "GET" && path.startsWith("/api/"));

/** A refusal's body without what differs from one answer to the next. */
export const comparable = ({ status, body: { requestId: _requestId, ...body } }: Answer) => ({
  status,
  body,
});

export const times = <T>(count: number, work: (index: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, (_, index) => work(index)));

/** How many of the answers had each status. */
export const tally = (answers: readonly Answer[]): Record<number, number> =>
  Object.fromEntries(
    [...new Set(answers.map(({ status }) => status))].map((status) => [
      status,
      answers.filter((answer) => answer.status === status).length,
    ]),
  );
