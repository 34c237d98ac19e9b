import type { Caller } from "../../caller.ts";
import type { LoggedPage, LoggedStep } from "../../logto/sign-in-log.ts";
import type { Services } from "../../services.ts";
import { cursorOf, momentOf } from "./cursor.ts";
import { merge, type Source } from "./merge.ts";
import { fromActivity, fromLockout, fromLog, type SignIn } from "./sign-in.ts";

export type SignInPage = {
  items: SignIn[];
  nextCursor?: string;
  /** Whether the tenant tells this service when it locks somebody out. */
  lockouts: "listed" | "not_received";
};

type Read = Pick<Services, "config" | "platform" | "db" | "vault" | "logto">;

const pageSize = 25;
/** A second factor is tried after the tenant has asked for it. */
const secondFactors = ["totp", "backup_code"] as const satisfies readonly LoggedStep[];

/** An entry, made once it is known to be on this page; undefined for a step that is nothing by itself. */
type Pending = { make: (() => Promise<SignIn>) | undefined };

/**
 * Lists when somebody signed in as the caller, or tried, newest first. One call to the tenant; two more where it asked for
 * a second factor, for the wrong ones; and one for each application whose name is not known yet.
 * @param cursor `nextCursor` of the page before.
 * @throws {Refusal} `bad_request` for a cursor that is not this person's; `upstream_unavailable` or the like.
 */
export async function readSignIns(
  services: Read,
  { userId }: Caller,
  cursor: string | undefined,
): Promise<SignInPage> {
  const until = cursor === undefined ? undefined : await momentOf(services, userId, cursor);
  const [atTenant, here] = await Promise.all([
    tenantSources(services, userId, until),
    ownSources(services, userId, until),
  ]);
  const { items, until: next } = merge([...atTenant, ...here]);
  const signIns = await Promise.all(items.flatMap(({ make }) => (make ? [make()] : [])));
  return {
    items: await withNames(services, userId, signIns),
    lockouts: services.config.webhookSigningKey ? "listed" : "not_received",
    ...(next === undefined ? {} : { nextCursor: await cursorOf(services, userId, next) }),
  };
}

async function tenantSources(
  services: Read,
  userId: string,
  until: number | undefined,
): Promise<Source<Pending>[]> {
  const { signInLog } = services.logto;
  const signIns = await signInLog.read(userId, "submit", { until });
  const source = (page: LoggedPage, isSecondFactor: boolean): Source<Pending> => ({
    isWhole: page.isWhole,
    items: page.entries.map((logged) => ({
      at: logged.at,
      make:
        logged.outcome === "refused" || (logged.outcome === "ok" && !isSecondFactor)
          ? () => fromLog(services, userId, logged, isSecondFactor)
          : undefined,
    })),
  });
  if (!signIns.entries.some(({ outcome }) => outcome === "asked")) return [source(signIns, false)];
  const since = signIns.isWhole ? undefined : signIns.entries.at(-1)?.at;
  const window = since === undefined ? { until } : { since, until };
  const tries = await Promise.all(secondFactors.map((step) => signInLog.read(userId, step, window)));
  return [source(signIns, false), ...tries.map((page) => source(page, true))];
}

async function ownSources(
  services: Read,
  userId: string,
  until: number = Number.MAX_SAFE_INTEGER,
): Promise<Source<Pending>[]> {
  const { db } = services;
  const [lockouts, refused] = await Promise.all([
    db.lockouts.list(userId, until, pageSize),
    db.activity.refusedProofs(userId, until, pageSize),
  ]);
  return [
    {
      isWhole: lockouts.length < pageSize,
      items: lockouts.map((one) => ({ at: one.at, make: () => fromLockout(services, one) })),
    },
    {
      isWhole: refused.length < pageSize,
      items: refused.map((one) => ({ at: one.at, make: () => fromActivity(services, one) })),
    },
  ];
}

/** Names are kept for minutes, so that a page seldom costs more than its own call. */
async function withNames({ logto }: Read, userId: string, signIns: readonly SignIn[]): Promise<SignIn[]> {
  const ids = signIns.flatMap(({ application }) => application?.id ?? []);
  const names = await logto.applications.names(userId, ids);
  return signIns.map(({ application, ...signIn }) => ({
    ...signIn,
    application: application && { id: application.id, name: names.get(application.id) ?? null },
  }));
}
