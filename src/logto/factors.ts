/** A user's second factors at Logto. Their secrets are never in an answer. */
import * as z from "zod";
import type { Management } from "./management.ts";
import { successOf, throwRefusal } from "./refusals.ts";

/** `type` is Logto's: `Totp`, `WebAuthn`, `BackupCode` or one of a newer release. Times as RFC 3339. */
export type LogtoFactor = z.output<typeof factor>;

/** Each call throws `UpstreamFailure` as `Management.call` does. */
export type Factors = {
  /** @throws {Refusal} `invalid_token` for a user that Logto does not know. */
  list(userId: string): Promise<LogtoFactor[]>;
  /** Removes one. One that is gone already is no error. */
  remove(userId: string, factorId: string, sendBy?: number): Promise<void>;
};

const text = z
  .string()
  .nullish()
  .transform((value) => value ?? null);

const factor = z.object({
  id: z.string(),
  type: z.string(),
  createdAt: text,
  lastUsedAt: text,
  /** Of a passkey: what its person calls it, and the browser that made it. */
  name: text,
  agent: text,
  /** Of backup codes: how many are left. */
  remainCodes: z
    .number()
    .nullish()
    .transform((value) => value ?? null),
});

export function factorsApi(management: Management): Factors {
  return {
    async list(userId) {
      return successOf(await management.call("listFactors", { ids: { userId } }, z.array(factor)));
    },
    async remove(userId, factorId, sendBy) {
      const answer = await management.call(
        "removeFactor",
        { ids: { userId, factorId }, sendBy },
        z.unknown(),
      );
      if (!answer.ok && answer.code !== "entity.not_found") throwRefusal(answer);
    },
  };
}
