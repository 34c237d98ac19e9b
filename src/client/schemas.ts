/** Written by `npm run build:client`. */
import type { ProfileSchemas } from "./profile-schemas.ts";

type ServiceSchemas = {
  UserEvent: {
    /** @description Used are those of a user (deleted, changed, suspended) `PostSignIn` and `Identifier.Lockout`. */
    event: string;
    /** @description Names the user, where the Management API made the change. */
    params?: {
      userId?: string;
    } | null;
    /** @description The user, elsewhere. */
    data?: {
      id?: string;
    } | null;
  };
  Session:
    | {
        /** @enum {boolean} */
        authenticated: false;
      }
    | {
        /** @enum {boolean} */
        authenticated: true;
        userId: string;
        /**
         * Format: date-time
         * @description When the session began.
         */
        startedAt: string;
        /**
         * Format: date-time
         * @description When the person last signed in again; null before the first time.
         */
        authenticatedAt: string | null;
        /**
         * Format: date-time
         * @description When it ends unless it is used before.
         */
        expiresAt: string;
        /**
         * Format: date-time
         * @description When it ends in any case.
         */
        endsAt: string;
        /** @description For the field `csrf` of a form of this page. */
        csrfToken: string;
      };
  Problem: {
    /**
     * Format: uri
     * @description Leads to an explanation of the code.
     */
    type: string;
    /** @description The code in words, for people. */
    title: string;
    status: number;
    /**
     * @description What a program goes by.
     * @enum {string}
     */
    code:
      | "malformed_json"
      | "bad_request"
      | "code_incorrect"
      | "code_expired"
      | "unauthenticated"
      | "invalid_token"
      | "insufficient_scope"
      | "user_token_required"
      | "user_suspended"
      | "step_up_required"
      | "csrf"
      | "not_found"
      | "method_not_allowed"
      | "request_timeout"
      | "identifier_taken"
      | "factor_required"
      | "last_identifier"
      | "deletion_refused"
      | "idempotency_conflict"
      | "changed_since"
      | "version_conflict"
      | "body_too_large"
      | "uri_too_long"
      | "unsupported_media_type"
      | "validation_failed"
      | "unknown_field"
      | "read_only_field"
      | "identifier_unproven"
      | "password_rejected"
      | "password_incorrect"
      | "picture_refused"
      | "card_number_refused"
      | "too_many_attempts"
      | "too_many_requests"
      | "headers_too_large"
      | "internal"
      | "data_integrity"
      | "upstream_invalid"
      | "upstream_unavailable"
      | "storage_unavailable"
      | "upstream_timeout"
      | "outcome_unknown";
    /** @description As in X-Request-Id. */
    requestId: string;
    /** @description The values that are at fault. */
    errors?: ServiceSchemas["FieldError"][];
    /** @description With `step_up_required`: how this person can prove who they are. */
    methods?: string[];
    /** @description With `code_incorrect`: how many tries remain for this code. */
    attemptsLeft?: number;
    /** @description With `password_rejected`: the rules that the password breaks. */
    issues?: ServiceSchemas["PasswordIssue"][];
    /** @description From `/readyz`: the state of each part. */
    checks?: {
      [key: string]: string;
    };
  };
  FieldError: {
    /** @description Where the value is in the body (RFC 6901). */
    pointer: string;
    /** @description The rule that it breaks. */
    code: string;
    /** @description A sentence for people. */
    message: string;
  };
  PasswordIssue: {
    code: string;
    params?: {
      [key: string]: string | number;
    };
  };
  SignedOut: {
    /** Format: uri */
    redirectTo: string;
  };
  Avatar: {
    /** @description The address of the picture; null without one. */
    avatar: string | null;
  };
  HasPassword: {
    hasPassword: boolean;
  };
  PasswordCheck: {
    ok: boolean;
    issues: ServiceSchemas["PasswordIssue"][];
  };
  Password: {
    /** Format: password */
    password: string;
  };
  StepUpRecord: {
    /** @description For the header Verification-Id; shown once. */
    verificationId: string;
    /** Format: date-time */
    expiresAt: string;
  };
  PasswordChange: {
    revokedSessions: number;
  };
  SentCode: {
    /** @description The address in its canonical form. */
    sentTo: string;
    /** Format: date-time */
    expiresAt: string;
    /** Format: date-time */
    resendAfter: string;
  };
  Recipient:
    | {
        /** @example alice@example.test */
        email: string;
      }
    | {
        /** @example +1 202 555 0111 */
        phone: string;
      };
  IdentifierProof: {
    /** @enum {boolean} */
    proven: true;
    /** Format: date-time */
    expiresAt: string;
  };
  RecipientAndCode:
    | {
        /** @example alice@example.test */
        email: string;
        /** @example 526478 */
        verificationCode: string;
      }
    | {
        /** @example +1 202 555 0111 */
        phone: string;
        /** @example 526478 */
        verificationCode: string;
      };
  FactorList: {
    items: ServiceSchemas["Factor"][];
    /** @description The tenant demands a second factor. */
    isRequired: boolean;
    /** @description By type, the page at Logto that adds one, where the tenant has switched these pages on. With `?redirect=` it leads back. */
    addAt: {
      [key: string]: string;
    };
  };
  Factor: {
    /** @description Names it for this person alone; no other can use it. */
    ref: string;
    /** @description Logto's word: `Totp`, `WebAuthn`, `BackupCode`. */
    type: string;
    /** @description What its person calls a passkey. */
    name: string | null;
    /** @description With which a passkey was made. */
    browser: string | null;
    system: string | null;
    createdAt: string | null;
    lastUsedAt: string | null;
    /** @description Of backup codes. */
    remainingCodes: number | null;
  };
  RemovedFactor: {
    removed: string;
  };
  LinkedAccountList: {
    items: ServiceSchemas["LinkedAccount"][];
    /** @description By target, the page at Logto that links another one, where the tenant has switched these pages on. With `?redirect=` it leads back. */
    addAt: {
      [key: string]: {
        /** @description What the provider is called, by language; empty where the tenant has it no more. */
        connector: {
          [key: string]: string;
        };
        url: string;
      };
    };
  };
  LinkedAccount: {
    /** @description Null for one that only its organisation can remove. */
    ref: string | null;
    /** @enum {string} */
    kind: "social" | "sso";
    target: string;
    /** @description What the provider is called, by language; empty where the tenant has it no more. */
    connector: {
      [key: string]: string;
    };
    account: {
      /** @description The account there, shortened. */
      id: string;
      name: string | null;
      email: string | null;
    };
  };
  RemovedIdentity: {
    removed: string;
  };
  ActivityPage: {
    items: ServiceSchemas["ActivityItem"][];
    nextCursor?: string;
    /**
     * Format: date-time
     * @description Since then no entry is missing or changed, as far as the seals of the newest 250 say. Null where they say nothing.
     */
    completeSince: string | null;
    /** @description Among the newest entries some are missing, were changed or were added by somebody else. */
    gapFound: boolean;
  };
  ActivityItem: {
    id: string;
    /** Format: date-time */
    at: string;
    event: string;
    clientId: string;
    requestId: string;
    detail: {
      [key: string]: string | number | boolean | string[];
    };
  };
  SignInPage: {
    items: ServiceSchemas["SignIn"][];
    nextCursor?: string;
    /**
     * @description A wrong password or code has nobody's name at the tenant, so such tries are listed only once they lock the account, where the tenant tells this service of that.
     * @enum {string}
     */
    lockouts: "listed" | "not_received";
  };
  SignIn: {
    id: string;
    /** Format: date-time */
    at: string;
    /** @enum {string} */
    result: "ok" | "refused";
    /**
     * @description Why it was refused.
     * @enum {string|null}
     */
    reason: "wrong_proof" | "wrong_second_factor" | "locked" | "not_allowed" | null;
    /**
     * @description The sign-in page of the tenant, or this service.
     * @enum {string}
     */
    seenBy: "tenant" | "here";
    /** @description For which application; its name where the tenant tells it. */
    application: {
      id: string;
      name: string | null;
    } | null;
    /** @enum {string|null} */
    method:
      | "password"
      | "email"
      | "phone"
      | "social"
      | "sso"
      | "one_time_token"
      | "passkey"
      | "totp"
      | "backup_code"
      | null;
    /** @enum {string|null} */
    secondFactor:
      | "password"
      | "email"
      | "phone"
      | "social"
      | "sso"
      | "one_time_token"
      | "passkey"
      | "totp"
      | "backup_code"
      | null;
    browser: string | null;
    system: string | null;
    /** @description The network: /24 of IPv4, /48 of IPv6. */
    address: string | null;
    /** @description As the request said of itself: anybody can make it say anything. */
    reportedPlace: {
      country: string | null;
      city: string | null;
    };
  };
  DisownedSignIns: {
    revokedSessions: number;
  };
  DisownSignIns: Record<string, never>;
  UndoList: {
    items: ServiceSchemas["UndoItem"][];
  };
  UndoItem: {
    ref: string;
    /** @description JSON pointers of the fields in the profile. */
    fields: string[];
    /** Format: date-time */
    changedAt: string;
    /** Format: date-time */
    undoUntil: string;
    needsStepUp: boolean;
    /** @description That of the change, as in the activity. */
    requestId: string;
  };
  Undone: {
    /** @description JSON pointers of the fields in the profile. */
    fields: string[];
    /** @description Sessions that ended: only where an identifier is put back. */
    revokedSessions: number;
  };
  Nothing: Record<string, never>;
  Deletion: {
    /**
     * Format: date-time
     * @description Null where nobody has asked for it.
     */
    askedAt: string | null;
    /**
     * Format: date-time
     * @description Until then it can be cancelled.
     */
    deletesAt: string | null;
    /** @description Why the team holds it back although its day has come, in its words. */
    heldFor: string | null;
  };
  DeletionRequest: {
    /** @description The username, e-mail address or phone number of the account, as the person typed it; of an account with none of them its id. */
    confirm: string;
  };
  NoticeSettings: {
    /** @description Whether each of the optional kinds comes. */
    choices: {
      /** @description Masked details were shown. */
      "details.revealed": boolean;
      /** @description Sessions were ended by the person. */
      "sessions.ended": boolean;
      /** @description An application lost its access. */
      "applications.revoked": boolean;
    };
    /** @description The kinds that always come. */
    always: string[];
    /** @description Whether this service sends notices at all. */
    active: boolean;
  };
  NoticeChoices: {
    choices: {
      /** @description Masked details were shown. */
      "details.revealed"?: boolean;
      /** @description Sessions were ended by the person. */
      "sessions.ended"?: boolean;
      /** @description An application lost its access. */
      "applications.revoked"?: boolean;
    };
  };
  SessionList: {
    items: ServiceSchemas["SessionItem"][];
    /** @description False where Logto lists sessions that cannot be read. */
    complete: boolean;
  };
  SessionItem: {
    /** @description For the path of the call that ends it. */
    ref: string;
    /** @description The session of this call; never with an access token. */
    current: boolean;
    browser: string | null;
    system: string | null;
    /** @description As the request said that signed in. Anybody can say anything there. */
    reportedPlace: {
      country: string | null;
      city: string | null;
    } | null;
    /** Format: date-time */
    begunAt: string | null;
    /**
     * Format: date-time
     * @description Where a session of this service is part of it.
     */
    lastSeenAt: string | null;
    /** Format: date-time */
    expiresAt: string | null;
    applications: {
      id: string;
      name: string | null;
    }[];
  };
  EndedSessions: {
    /** @description How many there were beside the own. They have ended here. */
    endedSessions: number;
    /** @description False with an access token: no session is known to be the caller's, so all end. */
    currentKept: boolean;
    /** @description Whether all of them have ended at Logto, too; it is asked again until they have. */
    complete: boolean;
  };
  ApplicationList: {
    items: ServiceSchemas["ApplicationItem"][];
    /** @description False where Logto lists grants that cannot be read. */
    complete: boolean;
  };
  ApplicationItem: {
    /** @description For the path of the call that revokes it. */
    ref: string;
    id: string;
    name: string | null;
    /** @description What it may see of the person. */
    scopes: string[];
    /** @description What it may do at each API. */
    resources: {
      indicator: string;
      scopes: string[];
    }[];
    /** Format: date-time */
    grantedAt: string | null;
    /** Format: date-time */
    expiresAt: string | null;
  };
  Service: {
    name: string;
    description: string;
    /** Format: uri */
    openapi: string;
    /** Format: uri */
    health: string;
    /** Format: uri */
    readiness: string;
  };
  Readiness: {
    /** @enum {string} */
    status: "ready";
    checks: {
      [key: string]: string;
    };
  };
  ProblemExplanation: {
    code: string;
    status: number;
    title: string;
    help: string;
  };
};

export type Schemas = ProfileSchemas & ServiceSchemas;
