/** The document as JSON Schema 2020-12: what a read shows and what a patch takes, for forms and code generators. */
import { catalogue, type FieldEntry, groupOf, type Storage } from "../../fields/catalogue.ts";
import type { JsonObject } from "../../json.ts";
import { nullable, orNull, shownValue, takenValue } from "./field-schema.ts";

/** How a schema holds a part that has a name of its own: the part itself, or a reference to it. */
type Hold = (name: string, part: JsonObject) => JsonObject;

const masked: JsonObject = {
  type: "object",
  description: "Stands for a value that reads hide. POST /me/business/reveal shows the value.",
  properties: { masked: { type: "string", examples: ["•••••8846"] } },
  required: ["masked"],
  additionalProperties: false,
};

const shownOnly = (schema: JsonObject): JsonObject => ({ ...schema, readOnly: true });
const time = shownOnly({ type: ["string", "null"], format: "date-time" });

/** What nobody can change there. */
const facts: JsonObject = {
  hasPassword: shownOnly({ type: "boolean" }),
  createdAt: time,
  updatedAt: time,
  lastSignInAt: time,
};

const unmasked = (field: FieldEntry): JsonObject => nullable(shownValue(field));

/** Every schema by its name. */
export function profileSchemas(hold: Hold) {
  const shown = (storage: Storage) => shownObject(membersOf(storage, (field) => shownField(field, hold)));
  const taken = (storage: Storage) => objectOf(membersOf(storage, takenField));
  const groups = {
    StandardClaims: shown("logto.profile"),
    StandardClaimsPatch: taken("logto.profile"),
    CustomData: shown("logto.customData"),
    CustomDataPatch: taken("logto.customData"),
    Business: shown("vault"),
    BusinessPatch: taken("vault"),
  };
  const held = (name: keyof typeof groups) => hold(name, groups[name]);
  return {
    ...groups,
    Masked: masked,
    UnmaskedProfile: shownObject({
      id: shownOnly({ type: "string" }),
      ...membersOf("logto", unmasked),
      [groupOf["logto.profile"]]: held("StandardClaims"),
      [groupOf["logto.customData"]]: held("CustomData"),
      // A former catalogue may have had other fields.
      [groupOf.vault]: { ...shownObject(membersOf("vault", unmasked)), additionalProperties: {} },
      ...facts,
    }),
    RevealedBusiness: objectOf(membersOf("vault", unmasked)),
    Profile: shownObject({
      id: shownOnly({ type: "string" }),
      ...membersOf("logto", (field) => shownField(field, hold)),
      [groupOf["logto.profile"]]: held("StandardClaims"),
      [groupOf["logto.customData"]]: held("CustomData"),
      [groupOf.vault]: held("Business"),
      ...facts,
    }),
    ProfilePatch: objectOf({
      ...membersOf("logto", takenField),
      [groupOf["logto.profile"]]: orNull(held("StandardClaimsPatch")),
      [groupOf["logto.customData"]]: orNull(held("CustomDataPatch")),
      [groupOf.vault]: orNull(held("BusinessPatch")),
    }),
  };
}

/** Built once: the catalogue does not change while the process runs. */
let described: JsonObject | undefined;

/** `GET /me/schema`: the document as a read shows it, and among its definitions the patch that a change takes. */
export function profileSchema(): JsonObject {
  if (described) return described;
  const { Profile, ProfilePatch } = profileSchemas((_name, part) => part);
  const version = "https://json-schema.org/draft/2020-12/schema";
  described = { $schema: version, ...Profile, $defs: { ProfilePatch } };
  return described;
}

/** The fields of one storage, as properties; those without a description are left out. */
const membersOf = (storage: Storage, describe: (field: FieldEntry) => JsonObject | undefined): JsonObject =>
  Object.fromEntries(
    catalogue
      .filter((field) => field.storage === storage)
      .flatMap((field) => {
        const schema = describe(field);
        return schema ? [[field.name, schema]] : [];
      }),
  );

const objectOf = (properties: JsonObject): JsonObject => ({
  type: "object",
  properties,
  additionalProperties: false,
});

/** A read shows every member: `null` where it is unset. */
const shownObject = (properties: JsonObject): JsonObject => ({
  ...objectOf(properties),
  required: Object.keys(properties),
});

const shownField = (field: FieldEntry, hold: Hold): JsonObject => ({
  ...(field.mask ? orNull(hold("Masked", masked)) : unmasked(field)),
  readOnly: field.readOnly ?? false,
  ...marksOf(field),
});

const takenField = (field: FieldEntry): JsonObject | undefined =>
  field.readOnly ? undefined : { ...takenValue(field), ...marksOf(field) };

const marksOf = ({ storage, mask, stepUp }: FieldEntry): JsonObject => ({
  "x-storage": storage,
  "x-masked": mask !== undefined,
  "x-step-up": stepUp ?? false,
});
