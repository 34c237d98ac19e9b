/** The groups of calls in the OpenAPI document, in its order. */
export const tags = {
  profile: "The caller's own document: what Logto and this service hold of them, read and changed as one.",
  business: "The fields that only this service holds: encrypted, masked where they are sensitive.",
  password: "The password: verify it for step-up, check a new one against the tenant's policy, change it.",
  "verification codes":
    "Codes to an e-mail address or phone number: for step-up, and to prove a new address.",
  session: "Sign-in by cookie, for browsers: the tokens stay with this service.",
  factors: "The second factors of a sign-in: what is set up, and its removal.",
  identities: "Accounts at third parties with which a person signs in: what is linked, and its removal.",
  deletion: "The end of the account: asked for, cancelled until its day.",
  sessions: "Where somebody is signed in, and the end of that.",
  applications: "Applications of others that somebody has let in.",
  activity: "What happened to the account.",
  "sign-ins":
    "When somebody signed in as the caller, or tried; and the end of it all, if it was somebody else.",
  undo: "Changes that can be put back.",
  notices: "The messages about the account that the person gets.",
  export: "Everything that is held about the person, to take along.",
  service: "The service itself: its state, its description, what its refusals mean.",
  webhooks: "Events from Logto.",
} as const satisfies Record<string, string>;

export type Tag = keyof typeof tags;
