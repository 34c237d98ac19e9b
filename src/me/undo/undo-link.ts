/** The link in a notice: whoever has the old address puts it back, without a sign-in. The token alone is their right. */
import type { FormerRow } from "../../../db/former-values.ts";
import type { JsonValue } from "../../json.ts";
import { Refusal } from "../../problem.ts";
import type { Services } from "../../services.ts";
import { userIdSchema } from "../../user-id.ts";
import { chargeOrRefuse } from "../../verification/charge.ts";
import { undoLinkCharges } from "../../verification/limits.ts";
import { undoTokenHash } from "../profile/former-values.ts";
import { formerIdentifier, restoreIdentifier, type Undone } from "./restore-identifier.ts";

/** Whoever follows a link: the IP address or /64 network by which tries count, and the request. */
type Follower = { address: string; requestId: string };

/** What a link would do. The former value is shown so that only whoever has it recognises it. */
export type LinkedUndo = { field: string; former: string | null; changedAt: number; undoUntil: number };

const tokenForm = /^[\w-]{43}$/;
/** What the activity calls whoever follows a link. */
const client = "undo-link";

/**
 * Looks at a link and changes nothing, however often: mail scanners open every one.
 * @returns undefined for one that is unknown, used, overruled, expired or somebody else's idea.
 * @throws {Refusal} `too_many_requests`; `storage_unavailable`.
 */
export async function readUndoLink(
  services: Services,
  follower: Follower,
  token: string,
): Promise<LinkedUndo | undefined> {
  const charge = await chargeOrRefuse(services, follower, undoLinkCharges, "too_many_requests");
  const row = await findByToken(services, token);
  if (!row) return undefined;
  await charge.refund();
  const { pointer, value } = await formerIdentifier(services, row);
  return { field: pointer, former: hintOf(value), changedAt: row.madeAt, undoUntil: row.expiresAt };
}

/**
 * Follows a link: once.
 * @throws {Refusal} `not_found`, the same whatever is wrong with the link; `too_many_requests`; as `restoreIdentifier`.
 */
export async function followUndoLink(services: Services, follower: Follower, token: string): Promise<Undone> {
  await chargeOrRefuse(services, follower, undoLinkCharges, "too_many_requests");
  const row = await findByToken(services, token);
  if (!row) throw new Refusal("not_found");
  const userId = userIdSchema.parse(row.userId);
  const personHash = await services.vault.keyedHash("user", userId);
  const restorer = { userId, personHash, client, requestId: follower.requestId };
  try {
    return await restoreIdentifier(services, restorer, {
      find: () => findByToken(services, token),
      requireRight: async () => undefined,
      method: "link",
    });
  } catch (error) {
    // There is no such person any more.
    if (error instanceof Refusal && error.code === "invalid_token") throw new Refusal("not_found");
    throw error;
  }
}

/** By the hash of the token, so that no comparison tells how much of it is right. */
const findByToken = async (
  { db, platform }: Pick<Services, "db" | "platform">,
  token: string,
): Promise<FormerRow | undefined> =>
  tokenForm.test(token) ? db.formerValues.findByToken(await undoTokenHash(token), platform.now()) : undefined;

/** The first character, and the domain of an e-mail address; the last two digits of a phone number. */
function hintOf(value: JsonValue): string | null {
  if (typeof value !== "string") return null;
  const at = value.lastIndexOf("@");
  const hidden = "•••";
  if (at > 0) return `${[...value][0]}${hidden}${value.slice(at)}`;
  return /^\d+$/.test(value) ? `${hidden}${value.slice(-2)}` : `${[...value][0]}${hidden}`;
}
