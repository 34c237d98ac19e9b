import { LogtoError } from "../http/logto-error.ts";
import { randomId } from "../ids.ts";
import type { MfaVerification, User } from "../store/users.ts";

/** What a user types on the sign-in page. */
export type Identifier = { type: "username" | "email" | "phone"; value: string };

type SocialIdentity = User["identities"][string];

type RecordType =
  | "Password"
  | "EmailVerificationCode"
  | "PhoneVerificationCode"
  | "Totp"
  | "BackupCode"
  | "MfaEmailVerificationCode"
  | "MfaPhoneVerificationCode"
  | "NewPasswordIdentity"
  | "Social";

/** A proof that a user gave in an interaction, or is about to give. */
export type VerificationRecord = {
  id: string;
  type: RecordType;
  identifier?: Identifier;
  verified: boolean;
  /** Of a new user. */
  password?: string;
  /** Of a new authenticator. */
  secret?: string;
  /** New backup codes. */
  codes?: string[];
  /** Of a social sign-in: the connector, and whom the provider named. */
  connectorId?: string;
  social?: { target: string; identity: SocialIdentity };
  /** What the message with the code was for. */
  templateType?: InteractionEvent;
};

/** What an interaction is for. */
export type InteractionEvent = "SignIn" | "Register" | "ForgotPassword";

/** What a new user is to have, or what a user gets in an interaction. */
export type NewProfile = {
  username?: string;
  primaryEmail?: string;
  primaryPhone?: string;
  password?: string;
  identities?: User["identities"];
  extra?: Record<string, unknown>;
};

/** A sign-in in progress. */
export type Interaction = {
  interactionEvent: InteractionEvent;
  verificationRecords: VerificationRecord[];
  userId: string | undefined;
  profile: NewProfile;
  /** Second factors to be stored with the sign-in. */
  newFactors: MfaVerification[];
  /** Whether the user declined a second factor. */
  mfaSkipped: boolean;
};

/** The sign-ins in progress, by the uid of their OIDC interaction. */
export class Interactions {
  readonly #byUid = new Map<string, Interaction>();

  start(uid: string, interactionEvent: InteractionEvent): void {
    this.#byUid.set(uid, {
      interactionEvent,
      verificationRecords: [],
      userId: undefined,
      profile: {},
      newFactors: [],
      mfaSkipped: false,
    });
  }

  /** @throws {LogtoError} 404 `session.interaction_not_found` before `PUT /api/experience`. */
  get(uid: string): Interaction {
    const interaction = this.#byUid.get(uid);
    if (interaction === undefined) throw new LogtoError(404, "session.interaction_not_found");
    return interaction;
  }

  finish(uid: string): void {
    this.#byUid.delete(uid);
  }
}

/** Adds a record to an interaction. It replaces one of the same type. */
export function addRecord(
  interaction: Interaction,
  record: Omit<VerificationRecord, "id">,
): VerificationRecord {
  const others = interaction.verificationRecords.filter(({ type }) => type !== record.type);
  const added = { id: randomId(21), ...record };
  interaction.verificationRecords = [...others, added];
  return added;
}

/** @throws {LogtoError} 404 `session.verification_session_not_found`. */
export function recordOf(interaction: Interaction, id: string): VerificationRecord {
  const record = interaction.verificationRecords.find((one) => one.id === id);
  if (record === undefined) throw new LogtoError(404, "session.verification_session_not_found");
  return record;
}
