/** Cursors: a moment, readable for nobody's use, and good for one person alone. */
import { Refusal } from "../../problem.ts";
import type { Services } from "../../services.ts";

type Signing = Pick<Services, "vault">;

/** @param until epoch ms. */
export const cursorOf = async (services: Signing, userId: string, until: number): Promise<string> =>
  `${until.toString(36)}.${await markOf(services, userId, until)}`;

/** @throws {Refusal} `bad_request` for a cursor that was not issued to this person. */
export async function momentOf(services: Signing, userId: string, cursor: string): Promise<number> {
  const [, moment] = /^([0-9a-z]{1,9})\.[\w-]{43}$/.exec(cursor) ?? [];
  const until = Number.parseInt(moment ?? "", 36);
  // Both are keyed hashes, and where they first differ says nothing of the key.
  if (Number.isNaN(until) || cursor !== (await cursorOf(services, userId, until)))
    throw new Refusal("bad_request");
  return until;
}

const markOf = ({ vault }: Signing, userId: string, until: number) =>
  vault.keyedHash("sign-in", JSON.stringify(["cursor", userId, until]));
