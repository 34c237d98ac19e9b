/** Written by `npm run build:client`. */
export type ProfileSchemas = {
  StandardClaims: {
    familyName: string | null;
    givenName: string | null;
    middleName: string | null;
    nickname: string | null;
    preferredUsername: string | null;
    profile: string | null;
    website: string | null;
    gender: string | null;
    birthdate: string | null;
    zoneinfo: string | null;
    locale: string | null;
    address: {
      formatted?: string;
      streetAddress?: string;
      locality?: string;
      region?: string;
      postalCode?: string;
      country?: string;
    } | null;
  };
  StandardClaimsPatch: {
    familyName?: string | null;
    givenName?: string | null;
    middleName?: string | null;
    nickname?: string | null;
    preferredUsername?: string | null;
    profile?: string | null;
    website?: string | null;
    gender?: string | null;
    birthdate?: string | null;
    zoneinfo?: string | null;
    locale?: string | null;
    address?: {
      formatted?: string | null;
      streetAddress?: string | null;
      locality?: string | null;
      region?: string | null;
      postalCode?: string | null;
      country?: string | null;
    } | null;
  };
  /** @description Stands for a value that reads hide. POST /me/business/reveal shows the value. */
  Masked: {
    /** @example •••••8846 */
    masked: string;
  };
  AccountExport: {
    /**
     * Format: uri
     * @description Where this schema is.
     */
    schema: string;
    /** Format: date-time */
    exportedAt: string;
    identities: {
      social: {
        provider: string | null;
        id: string | null;
        email: string | null;
        name: string | null;
        avatar: string | null;
      }[];
      enterprise: {
        issuer: string | null;
        id: string | null;
        /** Format: date-time */
        linkedAt: string | null;
      }[];
    };
    secondFactors: {
      type: string | null;
      name: string | null;
      browser: string | null;
      /** Format: date-time */
      addedAt: string | null;
      /** Format: date-time */
      usedAt: string | null;
      codesLeft: number | null;
    }[];
    personalAccessTokens:
      | {
          name: string | null;
          /** Format: date-time */
          createdAt: string | null;
          /** Format: date-time */
          expiresAt: string | null;
        }[]
      | null;
    organizations: {
      id: string | null;
      name: string | null;
      description: string | null;
      roles: (string | null)[];
    }[];
    roles: {
      name: string | null;
      description: string | null;
    }[];
    signInSettings: {
      secondFactorOn: boolean | null;
      secondFactorSkipped: boolean | null;
      skipsSecondFactor: boolean | null;
      passkeySkipped: boolean | null;
    } | null;
    /** @description The id of the application in which the account was made. */
    registeredWith: string | null;
    isSuspended: boolean;
    sessionsHere: {
      method: string;
      /** Format: date-time */
      startedAt: string;
      /** Format: date-time */
      seenAt: string;
      /** Format: date-time */
      expiresAt: string;
      about: {
        [key: string]: unknown;
      };
    }[];
    /** @description Country and city are as the browser's side reported them. */
    sessionsAtSignIn: {
      /** Format: date-time */
      startedAt: string | null;
      /** Format: date-time */
      expiresAt: string | null;
      applications: string[];
      methods: (string | null)[];
      address: string | null;
      browser: string | null;
      country: string | null;
      city: string | null;
    }[];
    applications:
      | {
          /** @description Its id. */
          application: string | null;
          applicationName: string | null;
          scopes: string[];
          resources: {
            [key: string]: string;
          };
          /** Format: date-time */
          grantedAt: string | null;
          /** Format: date-time */
          expiresAt: string | null;
        }[]
      | null;
    /** @description Country and city are as the browser's side reported them. */
    signIns: {
      items: {
        /** Format: date-time */
        at: string | null;
        result: string | null;
        error: string | null;
        application: string | null;
        methods: (string | null)[];
        address: string | null;
        browser: string | null;
        country: string | null;
        city: string | null;
      }[];
      /** @description Whether the tenant's log holds older ones than these thousand. */
      hasOlder: boolean;
    };
    shopSignIns: {
      provider: string;
      /** Format: date-time */
      expiresAt: string;
    }[];
    /** @description By what the person proved who they are a moment ago. */
    proofs: {
      method: string;
      /** Format: date-time */
      createdAt: string;
      /** Format: date-time */
      expiresAt: string;
    }[];
    limits: {
      limit: string;
      tries: number;
      locked: boolean;
      /** Format: date-time */
      until: string;
    }[];
    /** @description The picture that the person has put here. */
    picture: {
      type: string;
      /** @description base64url. */
      content: string;
    } | null;
    /** @description When the sign-in page locked after wrong tries. */
    lockouts: {
      /** Format: date-time */
      at: string;
      browser: string | null;
      system: string | null;
      address: string | null;
      application: string | null;
    }[];
    /** @description Whether the person has asked for the end of the account. */
    deletion: {
      /** Format: date-time */
      askedAt: string;
      /** Format: date-time */
      deletesAt: string;
    } | null;
    /** @description What changes have replaced and can still put back, by pointer. */
    formerValues: {
      /** Format: date-time */
      changedAt: string;
      /** Format: date-time */
      keptUntil: string;
      values: {
        [key: string]: unknown;
      };
    }[];
    /** @description The kinds of messages that the person does not want. */
    mutedNotices: string[];
    /** @description What is not in it, and why. */
    withheld: {
      what: string;
      reason: string;
      because: string;
    }[];
    profile: {
      readonly id: string;
      username: string | null;
      primaryEmail: string | null;
      primaryPhone: string | null;
      name: string | null;
      avatar: string | null;
      profile: ProfileSchemas["StandardClaims"];
      customData: ProfileSchemas["CustomData"];
      business: {
        dateOfBirth: string | null;
        gender: string | null;
        ethnicity: string | null;
        mailingAddress: {
          formatted?: string;
          streetAddress?: string;
          locality?: string;
          region?: string;
          postalCode?: string;
          country?: string;
        } | null;
        ssn: string | null;
        paymentMethods:
          | {
              token?: string;
              brand?: string;
              last4?: string;
              expiry?: string;
            }[]
          | null;
      } & {
        [key: string]: unknown;
      };
      readonly hasPassword: boolean;
      /** Format: date-time */
      readonly createdAt: string | null;
      /** Format: date-time */
      readonly updatedAt: string | null;
      /** Format: date-time */
      readonly lastSignInAt: string | null;
    };
    /** @description Everything that happened, the oldest first. `sequence` and `mac` are the seal of an entry: by its id and them the operator can show that it is as it was recorded. */
    activity: {
      items: ProfileSchemas["ExportedActivity"][];
      proof: {
        /**
         * Format: date-time
         * @description Since then no entry is missing or changed.
         */
        completeSince: string | null;
        faults: {
          kind: string;
          from: number | null;
          to: number | null;
        }[];
        entries: number;
        /** @description Entries of earlier releases, which have no seal. */
        unproven: number;
      };
    };
    /**
     * @description The last member: without it the document is not whole.
     * @enum {boolean}
     */
    complete: true;
  };
  ExportedActivity: {
    id: string;
    /** Format: date-time */
    at: string;
    event: string;
    clientId: string;
    requestId: string;
    detail: {
      [key: string]: unknown;
    };
    sequence: number | null;
    key: string | null;
    mac: string | null;
  };
  Profile: {
    readonly id: string;
    username: string | null;
    primaryEmail: string | null;
    primaryPhone: string | null;
    name: string | null;
    avatar: string | null;
    profile: ProfileSchemas["StandardClaims"];
    customData: ProfileSchemas["CustomData"];
    business: ProfileSchemas["Business"];
    readonly hasPassword: boolean;
    /** Format: date-time */
    readonly createdAt: string | null;
    /** Format: date-time */
    readonly updatedAt: string | null;
    /** Format: date-time */
    readonly lastSignInAt: string | null;
  };
  ProfilePatch: {
    username?: string | null;
    primaryEmail?: string | null;
    primaryPhone?: string | null;
    name?: string | null;
    avatar?: string | null;
    profile?: ProfileSchemas["StandardClaimsPatch"] | null;
    customData?: ProfileSchemas["CustomDataPatch"] | null;
    business?: ProfileSchemas["BusinessPatch"] | null;
  };
  CustomData: {
    preferences: {
      [key: string]: unknown;
    } | null;
    newsletter: boolean | null;
    contactPhone: string | null;
  };
  CustomDataPatch: {
    preferences?: {
      [key: string]: unknown;
    } | null;
    newsletter?: boolean | null;
    contactPhone?: string | null;
  };
  Business: {
    dateOfBirth: string | null;
    gender: string | null;
    ethnicity: string | null;
    mailingAddress: {
      formatted?: string;
      streetAddress?: string;
      locality?: string;
      region?: string;
      postalCode?: string;
      country?: string;
    } | null;
    ssn: ProfileSchemas["Masked"] | null;
    paymentMethods: ProfileSchemas["Masked"] | null;
  };
  BusinessPatch: {
    dateOfBirth?: string | null;
    gender?: string | null;
    ethnicity?: string | null;
    mailingAddress?: {
      formatted?: string | null;
      streetAddress?: string | null;
      locality?: string | null;
      region?: string | null;
      postalCode?: string | null;
      country?: string | null;
    } | null;
    ssn?: string | null;
    paymentMethods?:
      | {
          token: string;
          brand: string;
          last4: string;
          expiry: string;
        }[]
      | null;
  };
  RevealedBusiness: {
    dateOfBirth?: string | null;
    gender?: string | null;
    ethnicity?: string | null;
    mailingAddress?: {
      formatted?: string;
      streetAddress?: string;
      locality?: string;
      region?: string;
      postalCode?: string;
      country?: string;
    } | null;
    ssn?: string | null;
    paymentMethods?:
      | {
          token?: string;
          brand?: string;
          last4?: string;
          expiry?: string;
        }[]
      | null;
  };
  BusinessFields: {
    fields: ("dateOfBirth" | "gender" | "ethnicity" | "mailingAddress" | "ssn" | "paymentMethods")[];
  };
};
