/** What an export holds, as a schema: of the API's document, and at an address of its own. */
import * as z from "zod";
import { named } from "../../http/named.ts";
import { instant, objectOf } from "../../http/route.ts";
import { type JsonObject, jsonObject } from "../../json.ts";
import { profileSchemas } from "../profile/schema.ts";

const anyObject = objectOf({ type: "object", additionalProperties: {} });
const text = z.string().nullable();
const at = instant.nullable();
const flag = z.boolean().nullable();
const application = { application: text.meta({ description: "Its id." }), applicationName: text };
const place = { address: text, browser: text, country: text, city: text };
const reported = "Country and city are as the browser's side reported them.";

const entry = z.object({
  id: z.string(),
  at: instant,
  event: z.string(),
  clientId: z.string(),
  requestId: z.string(),
  detail: anyObject,
  sequence: z.int().nullable(),
  key: text,
  mac: text,
});
const activity = z
  .object({
    items: z.array(named("ExportedActivity", entry)),
    proof: z.object({
      completeSince: at.meta({ description: "Since then no entry is missing or changed." }),
      faults: z.array(z.object({ kind: z.string(), from: z.int().nullable(), to: z.int().nullable() })),
      entries: z.int(),
      unproven: z.int().meta({ description: "Entries of earlier releases, which have no seal." }),
    }),
  })
  .meta({
    description:
      "Everything that happened, the oldest first. `sequence` and `mac` are the seal of an entry: by its id and them the operator can show that it is as it was recorded.",
  });

const members = {
  schema: z.url().meta({ description: "Where this schema is." }),
  exportedAt: instant,
  identities: z.object({
    social: z.array(z.object({ provider: text, id: text, email: text, name: text, avatar: text })),
    enterprise: z.array(z.object({ issuer: text, id: text, linkedAt: at })),
  }),
  secondFactors: z.array(
    z.object({
      type: text,
      name: text,
      browser: text,
      addedAt: at,
      usedAt: at,
      codesLeft: z.number().nullable(),
    }),
  ),
  personalAccessTokens: z.array(z.object({ name: text, createdAt: at, expiresAt: at })).nullable(),
  organizations: z.array(z.object({ id: text, name: text, description: text, roles: z.array(text) })),
  roles: z.array(z.object({ name: text, description: text })),
  signInSettings: z
    .object({
      secondFactorOn: flag,
      secondFactorSkipped: flag,
      skipsSecondFactor: flag,
      passkeySkipped: flag,
    })
    .nullable(),
  registeredWith: text.meta({ description: "The id of the application in which the account was made." }),
  isSuspended: z.boolean(),
  sessionsHere: z.array(
    z.object({
      method: z.string(),
      startedAt: instant,
      seenAt: instant,
      expiresAt: instant,
      about: anyObject,
    }),
  ),
  sessionsAtSignIn: z
    .array(
      z.object({
        startedAt: at,
        expiresAt: at,
        applications: z.array(z.string()),
        methods: z.array(text),
        ...place,
      }),
    )
    .meta({ description: reported }),
  applications: z
    .array(
      z.object({
        ...application,
        scopes: z.array(z.string()),
        resources: z.record(z.string(), z.string()),
        grantedAt: at,
        expiresAt: at,
      }),
    )
    .nullable(),
  signIns: z
    .object({
      items: z.array(
        z.object({ at, result: text, error: text, application: text, methods: z.array(text), ...place }),
      ),
      hasOlder: z
        .boolean()
        .meta({ description: "Whether the tenant's log holds older ones than these thousand." }),
    })
    .meta({ description: reported }),
  shopSignIns: z.array(z.object({ provider: z.string(), expiresAt: instant })),
  proofs: z
    .array(z.object({ method: z.string(), createdAt: instant, expiresAt: instant }))
    .meta({ description: "By what the person proved who they are a moment ago." }),
  limits: z.array(z.object({ limit: z.string(), tries: z.int(), locked: z.boolean(), until: instant })),
  picture: z
    .object({ type: z.string(), content: z.string().meta({ description: "base64url." }) })
    .nullable()
    .meta({ description: "The picture that the person has put here." }),
  lockouts: z
    .array(z.object({ at: instant, browser: text, system: text, address: text, application: text }))
    .meta({ description: "When the sign-in page locked after wrong tries." }),
  deletion: z
    .object({ askedAt: instant, deletesAt: instant })
    .nullable()
    .meta({ description: "Whether the person has asked for the end of the account." }),
  formerValues: z
    .array(z.object({ changedAt: instant, keptUntil: instant, values: anyObject }))
    .meta({ description: "What changes have replaced and can still put back, by pointer." }),
  mutedNotices: z
    .array(z.string())
    .meta({ description: "The kinds of messages that the person does not want." }),
  withheld: z
    .array(z.object({ what: z.string(), reason: z.string(), because: z.string() }))
    .meta({ description: "What is not in it, and why." }),
} as const;

/** @param profile the document of `GET /me` without its masks. */
const exportOf = (profile: JsonObject) =>
  z.object({
    ...members,
    profile: objectOf(profile),
    activity,
    complete: z.literal(true).meta({ description: "The last member: without it the document is not whole." }),
  });

const { UnmaskedProfile } = profileSchemas((name) => ({ $ref: `#/components/schemas/${name}` }));

export const accountExport = named("AccountExport", exportOf(UnmaskedProfile));

export type AccountExportDocument = z.output<typeof accountExport>;
export type ExportedEntry = z.output<typeof entry>;
export type ExportedProof = AccountExportDocument["activity"]["proof"];
/** All but what is written piece by piece. */
export type Held = Omit<AccountExportDocument, "activity" | "complete">;

/** The document as JSON Schema 2020-12, complete in itself. */
export function accountExportSchema(id: string): JsonObject {
  const { UnmaskedProfile: inlined } = profileSchemas((_name, part) => part);
  return { ...jsonObject(z.toJSONSchema(exportOf(inlined), { unrepresentable: "any" })), $id: id };
}
