/** The tenant that `npm run bench` makes up: its names, its people, and what each of them has. */
import type { JsonObject } from "../../../src/json.ts";

export const tenant = {
  endpoint: "https://tenant.bench.test",
  issuer: "https://tenant.bench.test/oidc",
  managementApi: "https://default.logto.app/api",
  apiResource: "https://profile.bench.test/api",
  clientId: "benchsinglepageapp001",
  web: { id: "benchwebapplication01", secret: "bench-secret" },
  m2m: { id: "benchmachinetomachine", secret: "bench-secret" },
} as const;

/** @param index from 0. */
export const personId = (index: number) => `person${String(index).padStart(6, "0")}`;

/** The session of the first person's browser: 32 bytes. */
export const sessionId = "s".repeat(43);

/** The password of everybody. */
export const password = "correct horse battery staple";

const createdAt = Date.UTC(2026, 0, 1);

/** A user as Logto answers it, before any change. */
export const userOf = (id: string): JsonObject => ({
  id,
  username: id,
  primaryEmail: `${id}@example.test`,
  primaryPhone: "15555550100",
  name: "Alex Example",
  avatar: `https://images.example.test/${id}.png`,
  customData: {
    preferences: { theme: "dark", language: "en" },
    newsletter: true,
    internal: "kept by the team",
  },
  identities: {},
  lastSignInAt: createdAt,
  createdAt,
  updatedAt: createdAt,
  profile: {
    familyName: "Example",
    givenName: "Alex",
    nickname: "Lex",
    website: "https://example.test",
    zoneinfo: "Europe/Paris",
    locale: "en-GB",
    address: { streetAddress: "1 Example Street", locality: "Paris", postalCode: "75001", country: "FR" },
  },
  applicationId: null,
  isSuspended: false,
  hasPassword: true,
});

/** What a filled vault holds of a person. */
export const businessOf = (id: string): JsonObject => ({
  dateOfBirth: "1990-04-01",
  gender: "not said",
  ethnicity: `group of ${id}`,
  mailingAddress: { streetAddress: "2 Example Road", locality: "Lyon", postalCode: "69001", country: "FR" },
  ssn: "123-45-6789",
  paymentMethods: [{ token: "tok_0123456789", brand: "visa", last4: "4242", expiry: "04/31" }],
});
