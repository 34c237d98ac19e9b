import type { Account } from "oidc-provider";
import type { User } from "../store/users.ts";

/** The claims that each OIDC scope gives access to. */
export const claimsByScope = {
  openid: ["sub"],
  profile: [
    "name",
    "family_name",
    "given_name",
    "middle_name",
    "nickname",
    "preferred_username",
    "profile",
    "picture",
    "website",
    "gender",
    "birthdate",
    "zoneinfo",
    "locale",
    "updated_at",
    "username",
    "created_at",
  ],
  email: ["email", "email_verified"],
  phone: ["phone_number", "phone_number_verified"],
  address: ["address"],
  custom_data: ["custom_data"],
  identities: ["identities", "sso_identities"],
  roles: ["roles"],
  "urn:logto:scope:organizations": ["organizations", "organization_data"],
  "urn:logto:scope:organization_roles": ["organization_roles"],
};

/** A user as oidc-provider sees it. An e-mail counts as verified, however it was set. */
export function account(user: User): Account {
  const { profile } = user;
  return {
    accountId: user.id,
    claims: () => ({
      sub: user.id,
      name: user.name,
      family_name: profile.familyName,
      given_name: profile.givenName,
      middle_name: profile.middleName,
      nickname: profile.nickname,
      preferred_username: profile.preferredUsername ?? user.username,
      profile: profile.profile,
      picture: user.avatar,
      website: profile.website,
      gender: profile.gender,
      birthdate: profile.birthdate,
      zoneinfo: profile.zoneinfo,
      locale: profile.locale,
      updated_at: user.updatedAt,
      username: user.username,
      created_at: user.createdAt,
      email: user.primaryEmail,
      email_verified: user.primaryEmail !== null,
      phone_number: user.primaryPhone,
      phone_number_verified: user.primaryPhone !== null,
      address: profile.address,
      custom_data: user.customData,
      identities: user.identities,
    }),
  };
}
