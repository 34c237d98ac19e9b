/** Pressing twice saves once: the second press waits for the first and goes where that one went. */
import * as z from "zod";
import { keptAnswers } from "../http/budgets.ts";
import { Refusal } from "../problem.ts";
import { sleep } from "../sleep.ts";
import { goTo, type Outcome } from "./answer.ts";
import type { Typed } from "./forms/typed.ts";
import type { Page } from "./page.ts";

/** A form that is sent again later than this is sent on purpose. */
const times = { lockMs: 60_000, ttlMs: 10 * 60_000 };
const longestWaitMs = 10_000;
const pauseMs = 50;
const answered = z.object({ to: z.string() });

/**
 * Carries out a form once for the name that it was given when it was shown, and for what it holds.
 * Only what led on is kept. A form that came back to be mended, or that waits for a proof, is carried out again.
 */
export async function once(
  page: Page,
  path: string,
  form: Typed,
  carryOut: () => Promise<Outcome>,
): Promise<Outcome> {
  if (form.once === undefined) return carryOut();
  const { platform, db, vault } = page.services;
  const { userId, personHash } = page.caller;
  const content = JSON.stringify([path, Object.entries(form).toSorted()]);
  const keyHash = await vault.keyedHash("request", `page ${content}`);
  const request = { userId, person: personHash, keyHash, requestHash: keyHash, token: crypto.randomUUID() };
  const context = { userId, purpose: "answer" } as const;
  const deadline = platform.monotonic() + longestWaitMs;
  for (;;) {
    const outcome = await db.idempotency.begin(request, platform.now(), times);
    if (outcome.kind === "started") {
      platform.defer(db.idempotency.trim(userId, platform.now(), keptAnswers));
      break;
    }
    if (outcome.kind === "replay") return goTo(answered.parse(await vault.open(context, outcome.sealed)).to);
    if (outcome.kind === "erased") throw new Refusal("invalid_token", { reason: "erased_person" });
    if (platform.monotonic() > deadline) throw new Refusal("outcome_unknown");
    await sleep(pauseMs);
  }
  const answer = await carryOut().catch(async (error: unknown) => {
    await db.idempotency.release(request).execute();
    throw error;
  });
  const isDone = answer.kind === "redirect" && !answer.to.startsWith("/account/confirm/");
  const sealed = isDone ? await vault.seal(context, { to: answer.to }) : undefined;
  await (sealed === undefined
    ? db.idempotency.release(request)
    : db.idempotency.finish(request, { status: 303, sealed })
  ).execute();
  return answer;
}
