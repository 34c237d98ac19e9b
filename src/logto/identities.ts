/** A user's accounts at third parties, with which they sign in. What a provider has said of them is not passed on whole. */
import * as z from "zod";
import { isObject, type JsonObject } from "../json.ts";
import type { Management } from "./management.ts";
import { successOf, throwRefusal } from "./refusals.ts";

export type LogtoIdentity = {
  kind: "social" | "sso";
  /** The provider: the name of a social connector, or the issuer of enterprise sign-in. */
  target: string;
  /** The account there. */
  id: string;
  name: string | null;
  email: string | null;
};

/** Each call throws `UpstreamFailure` as `Management.call` does. */
export type Identities = {
  /** @throws {Refusal} `invalid_token` for a user that Logto does not know. */
  list(userId: string): Promise<LogtoIdentity[]>;
  /** Removes a social identity. One that is gone already is no error. */
  remove(userId: string, target: string, sendBy?: number): Promise<void>;
};

const details = z.custom<JsonObject>(isObject).nullish().catch(null);
const all = z.object({
  socialIdentities: z
    .array(z.object({ target: z.string(), identity: z.object({ userId: z.string(), details }) }))
    .default([]),
  ssoIdentities: z
    .array(
      z.object({ ssoIdentity: z.object({ issuer: z.string(), identityId: z.string(), detail: details }) }),
    )
    .default([]),
});

const textIn = (object: JsonObject | null | undefined, name: string) => {
  const value = object?.[name];
  return typeof value === "string" ? value : null;
};

const namesIn = (object: JsonObject | null | undefined) => ({
  name: textIn(object, "name"),
  email: textIn(object, "email"),
});

export function identitiesApi(management: Management): Identities {
  return {
    async list(userId) {
      const found = successOf(await management.call("listIdentities", { ids: { userId } }, all));
      return [
        ...found.socialIdentities.map(
          ({ target, identity }): LogtoIdentity => ({
            ...{ kind: "social", target, id: identity.userId },
            ...namesIn(identity.details),
          }),
        ),
        ...found.ssoIdentities.map(
          ({ ssoIdentity }): LogtoIdentity => ({
            ...{ kind: "sso", target: ssoIdentity.issuer, id: ssoIdentity.identityId },
            ...namesIn(ssoIdentity.detail),
          }),
        ),
      ];
    },
    async remove(userId, target, sendBy) {
      const answer = await management.call(
        "removeIdentity",
        { ids: { userId, target }, sendBy },
        z.unknown(),
      );
      if (!answer.ok && answer.code !== "user.identity_not_exist") throwRefusal(answer);
    },
  };
}
