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
