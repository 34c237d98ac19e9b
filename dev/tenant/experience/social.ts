import * as z from "zod/v3";
import { mockIdentity } from "../api/identities.ts";
import { answer } from "../http/answer.ts";
import { readBody } from "../http/body.ts";
import { LogtoError } from "../http/logto-error.ts";
import { type Handler, param } from "../http/route-table.ts";
import type { User, Users } from "../store/users.ts";
import { addRecord, type NewProfile, recordOf, type VerificationRecord } from "./interactions.ts";
import { type Experience, step } from "./step.ts";

const departure = z.object({ state: z.string(), redirectUri: z.string() });
const arrival = z.object({ verificationId: z.string(), connectorData: z.record(z.unknown()) });

/** `POST …/verification/social/:connectorId/authorization-uri`: where the browser goes. Logto compares neither value later. */
export function authorizationUriStep(experience: Experience): Handler {
  return step(
    experience,
    "Verification.Social.Create",
    (c) => readBody(c, departure),
    ({ c, interaction }, { state, redirectUri }) => {
      const connector = experience.tenant.state.connectors.get(param(c, "connectorId"));
      if (connector.factory.type !== "Social") throw new LogtoError(400, "connector.unexpected_type");
      if (state === "" || redirectUri === "") throw new LogtoError(400, "session.insufficient_info");
      const { id } = addRecord(interaction, { type: "Social", verified: false, connectorId: connector.id });
      const query = new URLSearchParams({ state, redirect_uri: redirectUri, scope: "email profile" });
      return answer(c, { authorizationUri: `http://mock-social/?${query}`, verificationId: id });
    },
  );
}

/** `POST …/verification/social/:connectorId/verify`: whom the provider named. */
export function verifySocialStep(experience: Experience): Handler {
  return step(
    experience,
    "Verification.Social.Submit",
    (c) => readBody(c, arrival),
    ({ c, interaction }, { verificationId, connectorData }) => {
      const record = recordOf(interaction, verificationId);
      if (record.verified) throw new LogtoError(400, "session.connector_validation_session_not_found");
      const { target } = experience.tenant.state.connectors.get(param(c, "connectorId")).factory;
      const identity = mockIdentity({ redirectUri: "", ...connectorData });
      Object.assign(record, { verified: true, social: { target, identity } });
      return answer(c, { verificationId });
    },
  );
}

const emailOf = (details: Record<string, unknown> = {}) =>
  typeof details.email === "string" ? details.email : undefined;

/**
 * The user who has a social identity.
 * @throws {LogtoError} 400 `session.verification_failed`; 404 `user.identity_not_exist`, which says so if an account has the
 * address.
 */
export function ownerOfIdentity(
  users: Users,
  { verified, social }: VerificationRecord,
  mayLink: boolean,
): User {
  if (!verified || social === undefined) throw new LogtoError(400, "session.verification_failed");
  const { target, identity } = social;
  const owner = users.list().find((user) => user.identities[target]?.userId === identity.userId);
  if (owner) return owner;
  const email = emailOf(identity.details);
  const related = email === undefined ? undefined : users.findByIdentifier("email", email);
  if (related && mayLink) {
    related.identities = { ...related.identities, [target]: identity };
    return related;
  }
  const value = email?.replace(/^(.{0,4})[^@]*/, "$1****");
  throw new LogtoError(
    404,
    "user.identity_not_exist",
    related ? { relatedUser: { type: "email", value } } : {},
  );
}

/** What a new user has of a social identity. An address that somebody has already is left out. */
export function profileOfIdentity(users: Users, { social }: VerificationRecord): NewProfile {
  if (social === undefined) throw new LogtoError(400, "session.verification_failed");
  const email = emailOf(social.identity.details);
  const isFree = email !== undefined && users.findByIdentifier("email", email) === undefined;
  return {
    identities: { [social.target]: social.identity },
    ...(isFree ? { primaryEmail: email } : {}),
  };
}
