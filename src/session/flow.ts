/** One sign-in from its start to its callback. What it needs travels sealed in `state`; its secret stays in the browser. */
import * as z from "zod";
import type { Ground } from "../../db/guard.ts";
import type { FlowSecrets } from "../logto/web-application.ts";
import { Refusal } from "../problem.ts";
import { randomText } from "./cookies.ts";
import type { SessionServices } from "./services.ts";

/** How long a person may take. Logto gives them an hour as well. */
export const flowSeconds = 3_600;

const context = { userId: "", purpose: "flow" } as const;

const flow = z.object({
  id: z.string(),
  startedAt: z.number(),
  /** An absolute URL of this origin. */
  returnTo: z.string(),
  method: z.string(),
  /** Of a person who signs in again: their session, and the state of their credentials when they were asked. */
  again: z.object({ ref: z.string(), userId: z.string(), epoch: z.number() }).nullable(),
});

export type Flow = z.infer<typeof flow>;

/** Who signs in again. */
export type Again = { ref: string; ground: Ground };

/**
 * Begins a flow.
 * @param method how the person is to come in, in one word.
 * @returns the flow, its secret for the browser, and what Logto gets of it.
 */
export async function beginFlow(
  { platform, keys }: Pick<SessionServices, "platform" | "keys">,
  { returnTo, method, again }: { returnTo: string; method: string; again: Again | undefined },
): Promise<{ id: string; secret: string; sent: FlowSecrets }> {
  const startedAt = platform.now();
  // It begins with the time, so that a browser can drop the oldest.
  const id = `${Math.floor(startedAt / 1000).toString(36)}-${randomText(6)}`;
  const secret = randomText(16);
  const state = await keys.flows.seal(context, {
    id,
    startedAt,
    returnTo,
    method,
    again: again ? { ref: again.ref, userId: again.ground.userId, epoch: again.ground.epoch } : null,
  });
  return { id, secret, sent: await secretsOf(platform, { id, secret, state }) };
}

/** @returns the flow of a `state`; undefined for one that was not made here, or under a key that is gone. */
export async function openFlow(
  { keys }: Pick<SessionServices, "keys">,
  state: string,
): Promise<Flow | undefined> {
  try {
    return flow.parse(await keys.flows.open(context, state));
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}

/** The code verifier and the nonce follow from the browser's secret: no other browser can finish the flow. */
export async function secretsOf(
  { digests }: Pick<SessionServices["platform"], "digests">,
  begun: { id: string; secret: string; state: string },
): Promise<FlowSecrets> {
  const made = async (purpose: string) => digests.sha256(`${purpose} ${begun.id} ${begun.secret}`);
  return { state: begun.state, verifier: await made("verifier"), nonce: await made("nonce") };
}
