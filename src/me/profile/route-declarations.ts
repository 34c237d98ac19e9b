/** What the routes of the profile take and answer. */
import * as z from "zod";
import { catalogue } from "../../fields/catalogue.ts";
import type { IdempotencyServices } from "../../http/idempotency.ts";
import { named } from "../../http/named.ts";
import { requestHeaders, stepUpHeader } from "../../http/request-headers.ts";
import { headersOf } from "../../http/response-headers.ts";
import { json, mergePatch, objectOf, ok, protectedRoute } from "../../http/route.ts";
import type { JsonObject } from "../../json.ts";
import type { ProblemCode } from "../../problem-codes.ts";
import { profileSchemas } from "./schema.ts";

export const headersOfReads = requestHeaders.pick({ "If-None-Match": true, "Cache-Control": true });
export const headersOfChanges = requestHeaders.pick({ "If-Match": true, "Verification-Id": true });

const {
  Profile,
  ProfilePatch,
  CustomData,
  CustomDataPatch,
  Business,
  BusinessPatch,
  RevealedBusiness,
  UnmaskedProfile: _exported,
  ...parts
} = profileSchemas((name) => ({ $ref: `#/components/schemas/${name}` }));

/** Parts of the schemas below, to which they refer. */
export const profileComponents = parts;

const profile = named("Profile", objectOf(Profile));
const customData = named("CustomData", objectOf(CustomData));
const business = named("Business", objectOf(Business));

const tagged = { headers: ["ETag"] } as const;
const versionLink = (operationId: string) => ({
  links: {
    change: {
      operationId,
      parameters: { "header.If-Match": "$response.header.ETag" },
      description: "A change that is made only if nothing else has changed meanwhile.",
    },
  },
});

const shown = <Schema extends z.ZodType>(description: string, schema: Schema, change: string) => ({
  ...ok(description, schema, { ...tagged, ...versionLink(change) }),
  304: {
    description: "The answer that the caller has is still the same.",
    headers: headersOf(["X-Request-Id", "ETag"]),
  },
});

/** A change asks Logto and the vault, and may have to settle an earlier one first. */
const ofChanges: readonly ProblemCode[] = ["read_only_field", "card_number_refused", "outcome_unknown"];
const ofIdentifiers: readonly ProblemCode[] = ["identifier_taken", "last_identifier", "identifier_unproven"];

const readingRoutes = (services: IdempotencyServices) => {
  const readRoute = protectedRoute(services, { scope: "profile:read" });
  return {
    read: readRoute(
      {
        method: "get",
        path: "/",
        operationId: "readProfile",
        summary: "Read the whole profile",
        tags: ["profile"],
        responses: shown("The whole profile.", profile, "updateProfile"),
      },
      ["data_integrity"],
      headersOfReads,
    ),
    schema: readRoute({
      method: "get",
      path: "/schema",
      operationId: "readProfileSchema",
      summary: "Read the JSON Schema of the profile",
      description:
        "For forms that draw themselves: what a read shows, and among its definitions what a change takes.",
      tags: ["profile"],
      responses: ok("JSON Schema 2020-12.", objectOf({ type: "object" })),
    }),
    readCustomData: readRoute(
      {
        method: "get",
        path: "/custom-data",
        operationId: "readCustomData",
        summary: "Read the custom data",
        tags: ["profile"],
        responses: shown("The person's custom data.", customData, "updateCustomData"),
      },
      ["data_integrity"],
      headersOfReads,
    ),
    readBusiness: readRoute(
      {
        method: "get",
        path: "/business",
        operationId: "readBusiness",
        summary: "Read the business fields, masked",
        tags: ["business"],
        responses: shown("The business fields; sensitive ones are masked.", business, "updateBusiness"),
      },
      ["data_integrity"],
      headersOfReads,
    ),
  };
};

const changingRoutes = (services: IdempotencyServices) => {
  const writeRoute = protectedRoute(services, { scope: "profile:write" });
  const patchOf = (name: string, schema: JsonObject, example: JsonObject) => ({
    body: mergePatch(named(name, objectOf(schema)), example),
  });
  return {
    update: writeRoute(
      {
        method: "patch",
        path: "/",
        operationId: "updateProfile",
        summary: "Change the profile",
        description:
          "A merge patch (RFC 7396) over everything that Logto and this service hold: made whole, or refused whole. Fields marked `x-step-up` need a `Verification-Id`; a new e-mail address or phone number needs a verified code.",
        tags: ["profile"],
        request: patchOf("ProfilePatch", ProfilePatch, { name: "Alice Doe", profile: { nickname: null } }),
        responses: ok("The whole profile as it is now.", profile, tagged),
      },
      [...ofChanges, ...ofIdentifiers],
      headersOfChanges,
    ),
    updateCustomData: writeRoute(
      {
        method: "patch",
        path: "/custom-data",
        operationId: "updateCustomData",
        summary: "Change the custom data",
        tags: ["profile"],
        request: patchOf("CustomDataPatch", CustomDataPatch, { newsletter: true }),
        responses: ok("The person's custom data as it is now.", customData, tagged),
      },
      ofChanges,
      headersOfChanges,
    ),
    updateBusiness: writeRoute(
      {
        method: "patch",
        path: "/business",
        operationId: "updateBusiness",
        summary: "Change the business fields",
        description: "Fields marked `x-step-up` need a `Verification-Id`.",
        tags: ["business"],
        request: patchOf("BusinessPatch", BusinessPatch, { ssn: "521-73-8846", ethnicity: null }),
        responses: ok("The business fields as they are now, masked.", business, tagged),
      },
      ofChanges,
      headersOfChanges,
    ),
  };
};

const businessFields = catalogue.filter(({ storage }) => storage === "vault").map(({ name }) => name);

const revealRoute = (services: IdempotencyServices) =>
  // Each repeat must pass step-up itself, so its answer is never stored.
  protectedRoute(services, { scope: "profile:read", replays: false })(
    {
      method: "post",
      path: "/business/reveal",
      operationId: "revealBusiness",
      summary: "Show business fields unmasked",
      description: "Recorded in the activity.",
      tags: ["business"],
      request: {
        body: json(
          named(
            "BusinessFields",
            z.strictObject({
              fields: z
                .array(z.string().max(64).meta({ enum: businessFields }))
                .min(1)
                .max(50),
            }),
          ),
        ),
      },
      responses: ok(
        "The named fields, `null` where one is unset.",
        named("RevealedBusiness", objectOf(RevealedBusiness)),
      ),
    },
    ["data_integrity"],
    stepUpHeader,
  );

/** Every route below `/me` that reads or changes the document. */
export const profileRouteDeclarations = (services: IdempotencyServices) => ({
  ...readingRoutes(services),
  ...changingRoutes(services),
  reveal: revealRoute(services),
});
