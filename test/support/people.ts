/** Helpers for tests of people's accounts. */
import { setTimeout as sleep } from "node:timers/promises";
import { beforeEach } from "vitest";
import { createRepositories } from "../../db/repositories.ts";
import type { Tenant } from "../../dev/tenant/tenant.ts";
import { useShared } from "./fixtures.ts";
import type { Answer, TestService } from "./service.ts";

/** Long and unlike anything in the tenant's policy. */
export const newPassword = "vivid-Maple-orbit-83";

const day = 24 * 60 * 60 * 1000;

/**
 * Begins a fresh day before each test: two days go by, which opens every limit, and what tests change is put back
 * (passwords, addresses, faults, codes, what the tenant was asked).
 * @param service its tenant must be its own.
 * @returns begins a further one, for a test that needs several.
 */
export function useFreshDays(service: TestService): () => void {
  const seeded = useShared(() => rememberPeople(service.tenant));
  const freshDay = () => {
    const { tenant, platform } = service;
    platform.advance(2 * day);
    tenant.faults.clear();
    tenant.requests.clear();
    tenant.state.codes.clear();
    for (const [id, person] of seeded) Object.assign(tenant.state.users.get(id), person);
  };
  beforeEach(freshDay);
  return freshDay;
}

/** What a fresh day puts back of each person, by their id. */
const rememberPeople = ({ description, state }: Tenant) =>
  new Map(
    description.users.map(({ id, username, primaryEmail, primaryPhone }) => {
      const { passwordDigest } = state.users.get(id);
      const names = { username, name: username, primaryEmail, primaryPhone };
      return [id, { ...names, passwordDigest, isSuspended: false }] as const;
    }),
  );

/** The newest activity of a person, as `event` and `detail`. */
export async function lastActivity(service: TestService, username: string) {
  const { activity } = createRepositories(service.database);
  const { items } = await activity.list(service.userId(username), 1);
  return items.map(({ event, detail }) => ({ event, detail }))[0];
}

/** Calls that may have changed something at Logto. Asking for a token changes nothing. */
export const upstreamWrites = ({ tenant }: Pick<TestService, "tenant">) =>
  tenant.requests.all().filter(({ method, path }) => method !== "GET" && path !== "/oidc/token");

/** A refusal's body without what differs from one answer to the next. */
export const comparable = ({ status, body: { requestId: _requestId, ...body } }: Answer) => ({
  status,
  body,
});

export const times = <T>(count: number, work: (index: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, (_, index) => work(index)));

/**
 * Calls again, as a client does, for as long as the service is too busy for an answer: 503 with a time to come back.
 * A process on a busy machine may be, since it waits no longer than in production.
 */
export async function retryWhileBusy(act: () => Promise<Answer>): Promise<Answer> {
  for (;;) {
    const answer = await act();
    if (answer.status !== 503) return answer;
    await sleep(Number(answer.headers.get("retry-after")) * 1_000);
  }
}

/** How many of the answers had each status. */
export const tally = (answers: readonly Answer[]): Record<number, number> =>
  Object.fromEntries(
    [...new Set(answers.map(({ status }) => status))].map((status) => [
      status,
      answers.filter((answer) => answer.status === status).length,
    ]),
  );
