/** What the team says of somebody who wants to go: they may be the only owner of something. */
import * as z from "zod";
import { signEvent } from "../../notices/send-event.ts";
import { Refusal } from "../../problem.ts";
import type { Services } from "../../services.ts";

const limits = { withinMs: 5_000, maxBytes: 8_192 };
const retryAfter = 30;
const longestReason = 500;

/** A reason is shown to the person as a text: it has no line breaks and nothing invisible. */
const reason = z
  .string()
  .transform((text) => text.replace(/[\p{C}\p{Z}]+/gu, " ").trim())
  .pipe(z.string().min(1).max(longestReason));

const answer = z.union([
  z.object({ allow: z.literal(true) }),
  z.object({ allow: z.literal(false), reason: reason.optional().catch(undefined) }),
]);

/** Why somebody may not go now; undefined where they may. `text` is undefined where the team does not say. */
export type Objection = { text: string | undefined };

/**
 * Asks `DELETION_CHECK_URL`, if there is one.
 * @throws {Refusal} `upstream_unavailable` where there is no usable answer: nobody is deleted on a guess.
 */
export async function askTeam(
  { config, platform }: Pick<Services, "config" | "platform">,
  userId: string,
): Promise<Objection | undefined> {
  const check = config.deletion?.check;
  if (!check) return undefined;
  const body = JSON.stringify({ type: "account.deletion.check", data: { userId } });
  const headers = signEvent(check.secret, { id: crypto.randomUUID(), at: platform.now() }, body);
  const request = { url: check.url, method: "POST", headers, body, ...limits };
  const answered = await platform.exchange(request).catch(() => undefined);
  const { data } = answer.safeParse(answered?.status === 200 ? parse(answered.text) : undefined);
  if (!data) throw new Refusal("upstream_unavailable", { retryAfter });
  return data.allow ? undefined : { text: data.reason };
}

function parse(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
