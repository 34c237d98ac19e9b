/** Refusals that are about no input: what a person is told, and what they can do. */
import type { Refusal } from "../problem.ts";
import type { Page } from "./page.ts";
import { readStored, zoneIn } from "./stored.ts";
import { clock } from "./views/times.ts";

export type Trouble = { message: string; status: 422 | 429 | 503 };

const away = new Set(["upstream_unavailable", "upstream_timeout", "upstream_invalid", "storage_unavailable"]);

/** Whether the sign-in service, or our own storage, does not answer. */
export const isAway = ({ code }: Refusal): boolean => away.has(code);

/** @returns undefined for a refusal that a form cannot say. */
export function troubleOf({ t }: Pick<Page, "t">, refusal: Refusal): Trouble | undefined {
  if (isAway(refusal)) return { message: t.text("problem.awayForm"), status: 503 };
  switch (refusal.code) {
    case "outcome_unknown":
      return { message: t.text("problem.unknown"), status: 503 };
    case "too_many_requests":
      return { message: t.text("problem.busy", { minutes: minutesOf(refusal) }), status: 429 };
    case "validation_failed":
    case "last_identifier":
    case "card_number_refused":
      return { message: t.text("problem.generic"), status: 422 };
    default:
      return undefined;
  }
}

/** How long a limit still holds, in whole minutes. */
export const minutesOf = ({ detail }: Refusal): number =>
  Math.max(1, Math.ceil((detail.retryAfter ?? 60) / 60));

/** What is wrong with a code, or with asking for one: at its input, or about none. */
export async function codeTrouble(
  page: Page,
  refusal: Refusal,
): Promise<{ fault?: string; trouble?: string }> {
  const { t } = page;
  switch (refusal.code) {
    case "code_incorrect":
      return { fault: t.text("error.code", { count: refusal.detail.attemptsLeft ?? 0 }) };
    case "code_expired":
      return { fault: t.text("error.codeExpired") };
    case "too_many_attempts":
      return { trouble: await lockedText(page, refusal) };
    default: {
      const trouble = troubleOf(page, refusal);
      return trouble ? { trouble: trouble.message } : {};
    }
  }
}

/** Until when a lock holds, in words. */
export async function lockedText(page: Page, refusal: Refusal): Promise<string> {
  const { t, services } = page;
  const until = services.platform.now() + (refusal.detail.retryAfter ?? 60) * 1000;
  const zone = zoneIn(await readStored(page));
  return t.text("problem.locked", { minutes: minutesOf(refusal), time: clock(t, zone, until) });
}
