/** The delivery of the outbox: each notice is sent at least once, by one of several instances at a time. */
import type { TakenNotice } from "../../db/notices.ts";
import type { Db } from "../../db/repositories.ts";
import { logEvent } from "../log.ts";
import { Refusal } from "../problem.ts";
import type { Vault } from "../vault/vault.ts";
import { isNoticeKind } from "./kinds.ts";
import { noticeContent, noticeLifeMs } from "./notice.ts";
import { type SendServices, sendNotice } from "./send-notice.ts";

export type DeliveryServices = SendServices & { db: Pick<Db, "notices">; vault: Pick<Vault, "open"> };

/** Who has taken a notice has it for so long: longer than any way of sending it takes. */
const leaseMs = 2 * 60_000;
const pauseMs = { first: 15_000, longest: 60 * 60 * 1000 };
/** So many are sent at the same time. */
const pageSize = 10;

export type Delivered = "sent" | "postponed" | "given_up" | "elsewhere";

/**
 * Sends the notices that are due.
 * @param signal ends the run before the next page. It also ends after a page of which none could be sent.
 * @throws {Refusal} `storage_unavailable`: what was sent and could not be deleted is sent again.
 */
export async function deliverNotices(
  services: DeliveryServices,
  signal?: AbortSignal,
): Promise<{ sent: number; postponed: number; givenUp: number }> {
  const counts = { sent: 0, postponed: 0, givenUp: 0 };
  while (!signal?.aborted) {
    const due = await services.db.notices.due(services.platform.now(), pageSize);
    const outcomes = await Promise.all(due.map((id) => deliverNotice(services, id)));
    counts.sent += outcomes.filter((outcome) => outcome === "sent").length;
    counts.postponed += outcomes.filter((outcome) => outcome === "postponed").length;
    counts.givenUp += outcomes.filter((outcome) => outcome === "given_up").length;
    if (due.length < pageSize || !outcomes.some((outcome) => outcome !== "postponed")) break;
  }
  return counts;
}

/**
 * Sends one notice, if it is due and nobody else has taken it.
 * @throws {Refusal} `storage_unavailable`.
 */
export async function deliverNotice(services: DeliveryServices, id: string): Promise<Delivered> {
  const { db, platform } = services;
  const now = platform.now();
  const taken = await db.notices.take(id, now, now + leaseMs);
  if (!taken) return "elsewhere";
  const outcome = await send(services, taken);
  if (outcome.sent) {
    await db.notices.delete(id).execute();
    platform.metrics?.count("notices", "sent");
    return "sent";
  }
  const { sent: _sent, ...failure } = outcome;
  const { kind, attempts, createdAt } = taken;
  const retryAt = platform.now() + Math.min(pauseMs.longest, pauseMs.first * 2 ** Math.min(attempts - 1, 20));
  const isOver = retryAt > createdAt + noticeLifeMs;
  if (isOver) await db.notices.delete(id).execute();
  else await db.notices.postpone(taken, retryAt);
  platform.metrics?.count("notices", isOver ? "given_up" : "failed");
  const event = isOver ? "notice.given_up" : "notice.postponed";
  logEvent(platform, isOver ? "error" : "warn", event, { notice: id, kind, attempts, ...failure });
  return isOver ? "given_up" : "postponed";
}

/** What a newer release has stored waits for one; what is damaged waits for an operator. */
async function send(services: DeliveryServices, { id, userId, kind, sealed }: TakenNotice) {
  const unreadable = (fault: string) => ({ sent: false, tries: 1, fault }) as const;
  if (!isNoticeKind(kind)) return unreadable("unknown_kind");
  try {
    const opened = await services.vault.open({ userId, purpose: "notice" }, sealed);
    const { data: content } = noticeContent.safeParse(opened);
    return content ? sendNotice(services, { id, kind, content }) : unreadable("unknown_content");
  } catch (error) {
    if (error instanceof Refusal && error.code === "data_integrity") return unreadable("damaged");
    throw error;
  }
}
